/** The methods of each path; a test holds this list to serverless.yml. */
export const ROUTES: Readonly<Record<string, readonly string[]>> = {
  "/v1/jobs": ["GET", "POST"],
  "/v1/jobs/{JobId}": ["GET"],
  "/v1/jobs/{JobId}/outcomes": ["GET"],
  "/v1/jobs/{JobId}/outcomes/export": ["GET", "POST"],
  "/v1/jobs/{JobId}/outcomes/{UserId}": ["GET"],
  "/v1/jobs/{JobId}/pause": ["POST"],
  "/v1/jobs/{JobId}/resume": ["POST"],
  "/v1/jobs/{JobId}/cancel": ["POST"],
  "/v1/jobs/{JobId}/retry": ["POST"],
  "/v1/jobs/{JobId}/callback/resend": ["POST"],
  "/v1/quota": ["GET"],
  "/": ["POST"],
  "/health": ["GET"],
  "/openapi.json": ["GET"],
  "/console": ["GET"],
};
