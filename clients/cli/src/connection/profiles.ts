import { chmod, mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Env } from "../io.ts";

/** Where a Volley is, and how to get in. Without `key` and `aws` requests carry nothing. */
export type Profile = Readonly<{ url: string; key?: string; aws?: AwsLogin }>;

/** Requests are signed for API Gateway. Keys are not kept here: AWS's own settings have them. */
export type AwsLogin = Readonly<{
  region: string;
  /** of ~/.aws/config */
  profile?: string;
  /** This role is assumed. */
  roleArn?: string;
}>;

export type Profiles = Readonly<Record<string, Profile>>;

/** The file holds keys: nobody else may read it. */
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** @see XDG Base Directory Specification 0.8 */
export const profilesPath = (env: Env): string =>
  env["VOLLEY_PROFILES"] ||
  join(env["XDG_CONFIG_HOME"] || join(env["HOME"] || homedir(), ".config"), "volley", "profiles.json");

/** Everything that was logged in to. @throws {SyntaxError} if the file is not ours any more */
export async function readProfiles(path: string): Promise<Profiles> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
  const parsed: unknown = JSON.parse(text);
  const profiles = isRecord(parsed) && isRecord(parsed["profiles"]) ? parsed["profiles"] : undefined;
  if (profiles === undefined || !Object.values(profiles).every(isProfile)) throw new SyntaxError("no profiles");
  return profiles as Profiles;
}

/** Whoever reads meanwhile sees the old file or the new one; nobody but the owner ever sees either. */
export async function writeProfiles(path: string, profiles: Profiles): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: FOLDER_MODE });
  const next = `${path}.${process.pid}.tmp`;
  await writeFile(next, `${JSON.stringify({ profiles }, undefined, 2)}\n`, { mode: FILE_MODE });
  await chmod(next, FILE_MODE); // one that was left behind keeps its own mode
  await rename(next, path);
}

/** The file's permissions if others have any. `undefined`: all is well, or there is no file. */
export async function openMode(path: string): Promise<number | undefined> {
  if (process.platform === "win32") return undefined;
  const mode = await stat(path).then(
    (file) => file.mode & 0o777,
    () => FILE_MODE,
  );
  return (mode & 0o077) === 0 ? undefined : mode;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const isProfile = (value: unknown): value is Profile =>
  isRecord(value) &&
  typeof value["url"] === "string" &&
  ["string", "undefined"].includes(typeof value["key"]) &&
  (value["aws"] === undefined || (isRecord(value["aws"]) && typeof value["aws"]["region"] === "string"));
