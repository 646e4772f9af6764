/** Why a call is not taken, as the vendor words it. `codeN` is absent where the vendor's pages name none. */
export type Refusal = Readonly<{ status: number; code: string; codeN?: number; message: string }>;

/**
 * Code → HTTP status and CodeN.
 * @see https://www.volcengine.com/docs/6348/412253 common error codes
 */
const KNOWN = {
  MissingParameter: { status: 400, codeN: 100002 },
  MissingAuthenticationToken: { status: 400, codeN: 100003 },
  MissingRequestInfo: { status: 400, codeN: 100004 },
  MissingSignature: { status: 400, codeN: 100005 },
  InvalidTimestamp: { status: 400, codeN: 100006 },
  InvalidActionOrVersion: { status: 404, codeN: 100008 },
  InvalidAccessKey: { status: 401, codeN: 100009 },
  SignatureDoesNotMatch: { status: 401, codeN: 100010 },
  InvalidAuthorization: { status: 401 },
  InvalidCredential: { status: 401 },
  InvalidSecretToken: { status: 401 },
  MethodNotAllowed: { status: 405 },
  JsonParsingError: { status: 400 },
  AppNotFound: { status: 400 },
  FlowLimitExceeded: { status: 429 },
} as const satisfies Record<string, { status: number; codeN?: number }>;

export function refuse(code: keyof typeof KNOWN, message: string): Refusal {
  return { ...KNOWN[code], code, message };
}

/** A parameter is there but wrong. The sub-code is the parameter's name. */
export function refuseParameter(name: string, message: string): Refusal {
  return { status: 400, code: `InvalidParameter.${name}`, message };
}
