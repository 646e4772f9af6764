import { nearest } from "../command-line/nearest.ts";
import { WrongUse } from "../command-line/wrong-use.ts";
import type { Env } from "../io.ts";
import type { Say } from "../texts/say.ts";
import { type Profile, profilesPath, readProfiles } from "./profiles.ts";

export const DEFAULT_PROFILE = "default";

export type Asked = Readonly<{ profile?: string | undefined; url?: string | undefined }>;

/**
 * Which Volley is meant: VOLLEY_URL and VOLLEY_KEY, else the profile; `--url` changes the place.
 *
 * A key is not sent to another place than the one it was given for.
 *
 * @throws {WrongUse} if nobody has said where Volley is
 */
export async function findProfile({ profile, url }: Asked, env: Env, say: Say): Promise<Profile> {
  const name = profile ?? (env["VOLLEY_PROFILE"] || DEFAULT_PROFILE);
  const inEnv = { url: env["VOLLEY_URL"] || undefined, key: env["VOLLEY_KEY"] || undefined };
  const profiles = await readProfiles(profilesPath(env)).catch((error: unknown) => {
    if (error instanceof SyntaxError) throw new WrongUse(say("profile.broken", { path: profilesPath(env) }));
    throw error;
  });
  const found = profiles[name];
  if (found === undefined && profile !== undefined) {
    const meant = nearest(profile, Object.keys(profiles));
    const hint = meant === undefined ? `volley login --profile ${profile}` : `--profile ${meant}`;
    throw new WrongUse(
      `${say("profile.none", { name: profile })}${say("text.join")}${say("wrong.meant", { meant: hint })}`,
    );
  }
  const asked = url ?? (profile === undefined ? inEnv.url : undefined);
  const place = asked === undefined ? found?.url : checkUrl(asked, say);
  if (place === undefined) throw new WrongUse(say("profile.nowhere"));
  const mine = found !== undefined && isSamePlace(found.url, place) ? found : undefined;
  if (inEnv.key !== undefined && profile === undefined) return { url: place, key: inEnv.key };
  return { ...mine, url: place };
}

/** @throws {WrongUse} for what is no address of the web */
export function checkUrl(text: string, say: Say): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:$/.test(url.protocol) && url.search === "" && url.hash === "") return text.replace(/\/+$/, "");
  const meant = /^[\w.-]+(:\d+)?$/.test(text) ? `; ${say("wrong.meant", { meant: `--url http://${text}` })}` : "";
  throw new WrongUse(`${say("wrong.url", { url: text })}${meant}`);
}

const isSamePlace = (a: string, b: string): boolean => new URL(a).origin === new URL(b).origin;
