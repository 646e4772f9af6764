import { BadRequest, type Fault } from "../domain/errors.ts";
import { JOB_STATES } from "../domain/job.ts";
import type { OutcomeStatus } from "../domain/outcome.ts";
import { toId } from "../domain/receivers.ts";
import type { JobFilter, OutcomePosition } from "../use-cases/query-jobs.ts";
import type { Request } from "./route.ts";

const STATUSES: readonly OutcomeStatus[] = ["sent", "failed", "unknown", "canceled", "pending"];

/** @throws {BadRequest} 422 naming every bad parameter */
export function readJobFilter(request: Request): JobFilter {
  const read = reader(request, ["AppId", "Status", "Limit", "Cursor"]);
  const appId = read.number("AppId", 1, 2_147_483_647);
  const state = read.oneOf("Status", JOB_STATES);
  const limit = read.number("Limit", 1, 100) ?? 20;
  const after = read.cursor("Cursor", /^[0-9]{4}-[0-9:.TZ-]{16,24}#[0-9a-z]{20,40}$/);
  read.end();
  return {
    limit,
    ...(appId !== undefined && { appId }),
    ...(state && { state }),
    ...(after !== undefined && { after }),
  };
}

export type OutcomeQuery = Readonly<{ status?: OutcomeStatus; limit?: number; position?: OutcomePosition }>;

/** @throws {BadRequest} 422 naming every bad parameter */
export function readOutcomeQuery(request: Request): OutcomeQuery {
  const read = reader(request, ["Status", "Limit", "Cursor"]);
  const status = read.oneOf("Status", STATUSES);
  const limit = read.number("Limit", 1, 1_000);
  const [from, after] = read.cursor("Cursor", /^[1-9][0-9]{0,18}-[0-9]{1,19}$/)?.split("-") ?? [];
  read.end();
  return {
    ...(status && { status }),
    ...(limit !== undefined && { limit }),
    ...(from !== undefined && after !== undefined && { position: { from, after } }),
  };
}

/** Cursors are opaque to clients, and say so by their look. */
export const writeCursor = (text: string): string => Buffer.from(text).toString("base64url");
export const writePosition = ({ from, after }: OutcomePosition): string => writeCursor(`${from}-${after}`);

/** @throws {BadRequest} 404: an id of another form was never given out */
export function readJobId(request: Request): string {
  const id = request.pathParameters?.["JobId"] ?? "";
  if (!/^[0-9a-z]{20,40}$/.test(id)) throw new BadRequest(404, "there is no such job");
  return id;
}

/** The last part of the path: each action is a route of its own. @throws {BadRequest} 404 */
export function readAction({ rawPath }: Request): "pause" | "resume" | "cancel" {
  const action = (["pause", "resume", "cancel"] as const).find((one) => rawPath.endsWith(`/${one}`));
  if (action === undefined) throw new BadRequest(404, "there is no such route");
  return action;
}

/** @throws {BadRequest} 422 */
export function readUserId(request: Request): string {
  const id = toId(request.pathParameters?.["UserId"]);
  if (typeof id === "bigint") return String(id);
  throw new BadRequest(422, `the user id in the path ${id}`);
}

/** Reads parameters one by one, collects what is wrong, and throws it all at {@link reader.end}. */
function reader(request: Request, known: readonly string[]) {
  const given = request.queryStringParameters ?? {};
  const faults: Fault[] = Object.keys(given)
    .filter((name) => !known.includes(name))
    .map((name) => ({ pointer: `?${name}`, detail: `is not a parameter of this route; ${known.join(", ")} are` }));
  const fault = (name: string, detail: string): undefined => void faults.push({ pointer: `?${name}`, detail });

  return {
    number(name: string, min: number, max: number): number | undefined {
      const text = given[name];
      if (text === undefined) return undefined;
      const value = /^[0-9]{1,10}$/.test(text) ? Number(text) : -1;
      return value >= min && value <= max ? value : fault(name, `must be a whole number from ${min} to ${max}`);
    },
    oneOf<T extends string>(name: string, allowed: readonly T[]): T | undefined {
      const text = given[name];
      if (text === undefined) return undefined;
      return allowed.find((value) => value === text) ?? fault(name, `must be one of ${allowed.join(", ")}`);
    },
    cursor(name: string, form: RegExp): string | undefined {
      const text = given[name];
      if (text === undefined) return undefined;
      const opened = Buffer.from(text, "base64url").toString();
      return form.test(opened) ? opened : fault(name, "is not a cursor of this route");
    },
    end(): void {
      if (faults.length > 0) throw new BadRequest(422, "the query has faults", faults);
    },
  };
}

/** @throws {BadRequest} 422; `required` where each app has a quota of its own */
export function readAppId(request: Request, required: boolean): number {
  const read = reader(request, ["AppId"]);
  const appId = read.number("AppId", 1, 2_147_483_647);
  read.end();
  if (appId !== undefined || !required) return appId ?? 0;
  throw new BadRequest(422, "the query has faults", [
    { pointer: "?AppId", detail: "is missing: each app has its own quota" },
  ]);
}
