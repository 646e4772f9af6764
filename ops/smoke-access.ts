import { awsKeys, signingFetch } from "../clients/cli/src/connection/aws-fetch.ts";
import type { Connection } from "../clients/sdk/src/client.ts";
import { BadUse } from "./bad-use.ts";
import { NO_KEY, type Smoke } from "./smoke-command.ts";

/**
 * The stage, and what lets smoke in there.
 *
 * @throws {BadUse} if there is neither a key nor AWS keys to sign with: nothing was sent then
 */
export async function connectionOf({ url, access }: Pick<Smoke, "url" | "access">): Promise<Connection> {
  if (access.kind === "key") return { url, key: access.key };
  const login = { region: access.region };
  const source = awsKeys(login);
  await source().catch((error: unknown) => {
    const [reason = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    throw new BadUse(`${NO_KEY}, and there are no AWS keys to sign with: ${reason}`);
  });
  return { url, fetch: signingFetch(login, source, Date.now) };
}
