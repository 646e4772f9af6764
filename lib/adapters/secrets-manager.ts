import type { SecretsProvider } from "@aws-lambda-powertools/parameters/secrets";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";

/** Reads the text of a secret, not older than `maxAgeS` seconds. `fresh`: it is read now, whatever is kept of it. */
export type GetSecret = (id: string, maxAgeS: number, fresh?: boolean) => Promise<string | undefined>;

/**
 * Secrets of AWS Secrets Manager, kept in this process as long as their reader says.
 *
 * @param makeClient called at the first read. A client with deadlines: the one that Powertools makes by itself has none
 */
export function secretsManager(makeClient: () => Promise<SecretsManagerClient>): GetSecret {
  let provider: Promise<SecretsProvider> | undefined;
  return async (id, maxAge, fresh = false) => {
    provider ??= open();
    const text = await (await provider).get(id, { maxAge, forceFetch: fresh }); // what is fetched is kept for the others
    return typeof text === "string" ? text : undefined;
  };

  async function open(): Promise<SecretsProvider> {
    const { SecretsProvider } = await import("@aws-lambda-powertools/parameters/secrets"); // the local stack needs none of it
    return new SecretsProvider({ awsSdkV3Client: await makeClient() });
  }
}
