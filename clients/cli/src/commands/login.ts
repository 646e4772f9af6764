import { VolleyError } from "../../../sdk/src/client.ts";
import { type Command, command } from "../command-line/command.ts";
import { CannotDo, WrongUse } from "../command-line/wrong-use.ts";
import { regionIn } from "../connection/aws-fetch.ts";
import { connectProfile } from "../connection/connect-profile.ts";
import { checkUrl, DEFAULT_PROFILE } from "../connection/find-profile.ts";
import { type AwsLogin, type Profile, profilesPath, readProfiles, writeProfiles } from "../connection/profiles.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { ask, askHidden } from "../terminal/ask.ts";
import type { Say } from "../texts/say.ts";

/** Of a request that only has to tell whether the key is good. */
const TRIES = 2;

/** `volley login`: keep where Volley is and how to get in, once that works. */
export function loginCommand(say: Say): Command {
  return command("login", {
    is: say("login.is"),
    args: {
      key: { type: "string", valueHint: "key", description: say("login.key") },
      aws: { type: "boolean", description: say("login.aws") },
      region: { type: "string", valueHint: "name", description: say("login.region") },
      "aws-profile": { type: "string", valueHint: "name", description: say("login.aws-profile") },
      "role-arn": { type: "string", valueHint: "arn", description: say("login.role-arn") },
    },
    examples: [
      "login --url http://127.0.0.1:3000",
      "login --url https://volley.example --profile prod",
      "login --url https://volley.example --key - < key.txt",
      "login --url https://API_ID.execute-api.ap-southeast-1.amazonaws.com --aws",
    ],
    async run(args, { session }) {
      const { io } = session;
      const isTerminal = io.stdin.isTTY === true && io.stderr.isTTY === true;
      const given = session.asked.url ?? (io.env["VOLLEY_URL"] || undefined);
      if (given === undefined && !isTerminal) throw new WrongUse(say("login.no-url"));
      const url = checkUrl(given ?? (await ask(say("login.ask-url"), session)), say);
      const aws = awsOf(args, url, io.env, say);
      const profile: Profile = aws ? { url, aws } : { url, key: await keyOf(args.key, isTerminal, session) };
      const knowsRights = await assertGood(profile, session);
      const path = profilesPath(io.env);
      const name = session.asked.profile ?? (io.env["VOLLEY_PROFILE"] || DEFAULT_PROFILE);
      await writeProfiles(path, { ...(await readProfiles(path).catch(() => ({}))), [name]: profile });
      if (session.isJson) await session.printJson({ Profile: name, Url: url, File: path });
      else await session.printText(say("login.done", { url, name, path }));
      if (!knowsRights) session.note(say("login.no-read"));
      return EXIT.OK;
    },
  });
}

type AwsArgs = Readonly<{
  aws?: boolean | undefined;
  region?: string | undefined;
  "aws-profile"?: string | undefined;
  "role-arn"?: string | undefined;
  key?: string | undefined;
}>;

/** @throws {WrongUse} if no region is known */
function awsOf(args: AwsArgs, url: string, env: Session["io"]["env"], say: Say): AwsLogin | undefined {
  const { aws, "aws-profile": profile, "role-arn": roleArn } = args;
  if (!aws && profile === undefined && roleArn === undefined) return undefined;
  if (args.key !== undefined) throw new WrongUse(say("login.two-ways"));
  const region = args.region ?? regionIn(url) ?? (env["AWS_REGION"] || env["AWS_DEFAULT_REGION"]);
  if (region === undefined) throw new WrongUse(say("login.no-region"));
  return { region, ...(profile !== undefined && { profile }), ...(roleArn !== undefined && { roleArn }) };
}

/** `-` reads it from stdin, so that it stands in no history. */
async function keyOf(given: string | undefined, isTerminal: boolean, session: Session): Promise<string> {
  const { io, say } = session;
  if (given !== undefined && given !== "-") return given;
  const inEnv = io.env["VOLLEY_KEY"];
  let key = given === undefined && inEnv ? inEnv : "";
  if (given === "-")
    key = (await io.stdin.setEncoding("utf8").reduce((text: string, part: string) => text + part, "")).trim();
  else if (key === "" && isTerminal) key = await askHidden(say("login.ask-key"), session);
  if (key === "") throw new WrongUse(say("login.no-key"));
  return key;
}

/** @returns whether the key may read @throws {CannotDo} if Volley does not know it */
async function assertGood(profile: Profile, { language, say, io }: Session): Promise<boolean> {
  const { jobs } = connectProfile(profile, { language, nowMs: io.nowMs, tries: TRIES });
  try {
    await jobs.list({ Limit: 1, signal: io.signal }).next();
    return true;
  } catch (error) {
    if (error instanceof VolleyError && error.status === 401) {
      throw new CannotDo(say("login.refused", { url: profile.url, detail: error.detail }), EXIT.REFUSED);
    }
    // With keys a 403 comes behind the check of the key; the IAM authorizer says 403 for everything.
    if (error instanceof VolleyError && error.status === 403 && profile.aws === undefined) return false;
    throw error;
  }
}
