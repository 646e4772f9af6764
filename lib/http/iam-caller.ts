import * as v from "valibot";
import { HttpError } from "./http-error.ts";
import type { Request } from "./request.ts";

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

/** `clientId`: a role or a user. `arn`: in full, with the session. */
type IamCaller = Readonly<{ clientId: string; arn: string }>;

/**
 * Whom the IAM authorizer in front has established: `123456789012:role/Name`, `123456789012:user/Name`. The client is a role
 * without its session, for the session in which a role is assumed changes: a task that was restarted and repeats its request
 * under the same Idempotency-Key has to be the same client.
 *
 * @throws {HttpError} 401 if there is no authorizer in front, or it names nobody
 */
export function iamCaller({ requestContext }: Request): IamCaller {
  const parsed = v.safeParse(schema, requestContext);
  if (!parsed.success) {
    const headers = { "www-authenticate": "AWS4-HMAC-SHA256" };
    throw new HttpError(401, "the request is not authenticated", { headers });
  }
  const arn = parsed.output.authorizer.iam.userArn;
  const [, , , , account, resource = ""] = arn.split(":");
  return { clientId: `${account}:${resource.replace(/^assumed-role\/([^/]+)\/.*$/, "role/$1")}`, arn };
}
