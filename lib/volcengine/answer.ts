/** The head of every answer of the vendor's. */
export type Metadata = Readonly<{
  RequestId: string;
  Action: string;
  Version: string;
  Service: string;
  Region: string;
}>;

/** Why a call is not taken, in the vendor's words. `codeN` is absent where its pages name none. */
export type VendorError = Readonly<{ status: number; code: string; codeN?: number; message: string }>;

/**
 * The status and the number that go with a code.
 *
 * @see https://www.volcengine.com/docs/6348/412253 common error codes
 */
const KNOWN: Readonly<Record<string, Readonly<{ status: number; codeN?: number }>>> = {
  MissingParameter: { status: 400, codeN: 100002 },
  MissingAuthenticationToken: { status: 400, codeN: 100003 },
  MissingRequestInfo: { status: 400, codeN: 100004 },
  MissingSignature: { status: 400, codeN: 100005 },
  InvalidTimestamp: { status: 400, codeN: 100006 },
  InvalidActionOrVersion: { status: 404, codeN: 100008 },
  InvalidAccessKey: { status: 401, codeN: 100009 },
  SignatureDoesNotMatch: { status: 401, codeN: 100010 },
  AccessDenied: { status: 403, codeN: 100013 },
  InternalError: { status: 500, codeN: 100014 },
  InvalidAuthorization: { status: 401 },
  InvalidCredential: { status: 401 },
  InvalidParameter: { status: 400 },
  JsonParsingError: { status: 400 },
  FlowLimitExceeded: { status: 429 },
  ServiceUnavailableTemp: { status: 503 },
};

/** @param code may have a sub-code behind a dot: it has the status of its first part */
export function vendorError(code: string, message: string): VendorError {
  return { ...(KNOWN[code.split(".", 1)[0] ?? code] ?? { status: 400 }), code, message };
}

/** Canonical decimal ids throughout. */
export type SendResult = Readonly<{
  jobId: string;
  /** Receiver to message id. */
  sent: readonly Readonly<{ userId: string; messageId: string }>[];
  failed: readonly string[];
  /** How many receivers have no outcome yet. */
  pending: number;
}>;

/**
 * The body of an answer. Ids are JSON numbers of up to 19 digits, as the vendor has them, so the text is written by hand:
 * JSON.stringify would round them.
 */
export function writeResult(metadata: Metadata, { jobId, sent, failed, pending }: SendResult): string {
  const ids = sent.map(({ userId, messageId }) => `"${userId}":${messageId}`).join(",");
  const more = `"JobId":"${jobId}"${pending > 0 ? `,"Pending":${pending}` : ""}`;
  const result = `{"UserMessageId":{${ids}},"FailedReceiver":[${failed.join(",")}],${more}}`;
  return `{"ResponseMetadata":${JSON.stringify(metadata)},"Result":${result}}`;
}

export function writeError(metadata: Metadata, { code, codeN, message }: VendorError): string {
  return JSON.stringify({ ResponseMetadata: { ...metadata, Error: { CodeN: codeN, Code: code, Message: message } } });
}
