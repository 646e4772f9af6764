import * as v from "valibot";
import type { Caller, Scope } from "../domain/caller.ts";
import { HttpError } from "./http-error.ts";
import type { Request } from "./request.ts";

/** IAM knows no scopes: its policy says which routes a caller may call at all. */
const SCOPES: ReadonlySet<Scope> = new Set(["send", "read", "control"]);
/** The account of the local stack: no real one has this number. */
const LOCAL_ACCOUNT = "000000000000";

/**
 * An IAM principal: partition, account, kind, name with its path.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-arns
 */
const PRINCIPAL =
  /^arn:aws[a-z-]*:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role|federated-user)\/[\w+=,.@/-]+)$/;

const schema = v.object({
  authorizer: v.object({ iam: v.object({ userArn: v.pipe(v.string(), v.regex(PRINCIPAL)) }) }),
});

/**
 * Who calls, as the IAM authorizer in front has established it. A client is a role or a user, without its session: the
 * session in which a role is assumed changes from call to call.
 *
 * @throws {HttpError} 401 if there is no authorizer in front, or it names nobody
 */
export function callerOf({ requestContext }: Request): Caller {
  const parsed = v.safeParse(schema, requestContext);
  if (parsed.success) return { clientId: toClientId(parsed.output.authorizer.iam.userArn), scopes: SCOPES };
  throw new HttpError(401, "the request is not authenticated", { headers: { "www-authenticate": "AWS4-HMAC-SHA256" } });
}

/** `123456789012:role/Name`, `123456789012:user/Name`; of the local account the name alone. */
function toClientId(arn: string): string {
  const [, , , , account, resource = ""] = arn.split(":");
  const principal = resource.replace(/^assumed-role\/([^/]+)\/.*$/, "role/$1");
  return account === LOCAL_ACCOUNT ? principal.replace(/^[a-z-]+\//, "") : `${account}:${principal}`;
}
