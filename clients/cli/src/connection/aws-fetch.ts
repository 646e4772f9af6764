import { AwsClient } from "aws4fetch";
import type { AwsLogin } from "./profiles.ts";

export type AwsKeys = Readonly<{
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}>;
export type KeySource = () => Promise<AwsKeys>;

/** Keys that end within this are drawn anew: a request may wait that long to be tried again. */
const FRESH_MS = 5 * 60_000;

/**
 * `fetch` that signs each request for API Gateway's IAM authorizer. A request that is tried again is signed again.
 *
 * @param nowMs epoch ms
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv.html
 */
export function signingFetch({ region }: AwsLogin, source: KeySource, nowMs: () => number, signal?: AbortSignal) {
  let known: AwsKeys | undefined;
  return async function send(request: Request): Promise<Response> {
    signal?.throwIfAborted();
    if (known === undefined || (known.expiration && known.expiration.getTime() - nowMs() < FRESH_MS)) {
      known = await source();
    }
    const { accessKeyId, secretAccessKey, sessionToken } = known;
    const keys = { accessKeyId, secretAccessKey, ...(sessionToken !== undefined && { sessionToken }) };
    const signer = new AwsClient({ ...keys, region, service: "execute-api" });
    return fetch(await signer.sign(request, { signal: request.signal }));
  };
}

/** Where AWS's own tools would find keys: the environment, ~/.aws, single sign-on, the machine's role. Read when needed. */
export function awsKeys({ profile, roleArn, region }: AwsLogin): KeySource {
  return async () => {
    const providers = await import("@aws-sdk/credential-providers");
    const chain = providers.fromNodeProviderChain({
      ...(profile !== undefined && { profile }),
      clientConfig: { region },
    });
    if (roleArn === undefined) return chain();
    const params = { RoleArn: roleArn, RoleSessionName: "volley" };
    return providers.fromTemporaryCredentials({ masterCredentials: chain, params, clientConfig: { region } })();
  };
}

/** The region that an address of API Gateway names. */
export const regionIn = (url: string): string | undefined =>
  /\.execute-api\.([a-z0-9-]+)\.amazonaws\.com/.exec(new URL(url).hostname)?.[1];
