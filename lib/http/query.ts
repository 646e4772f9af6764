import { toUserId } from "../api/user-id.ts";
import { Invalid, NotFound, noSuchJob } from "../domain/errors.ts";
import { JOB_ID } from "../domain/ids.ts";
import { type Action, JOB_STATES } from "../domain/job-state.ts";
import { STATUSES } from "../domain/outcome.ts";
import type { OutcomePage } from "../use-cases/list-outcomes.ts";
import type { JobQuery } from "../use-cases/query-jobs.ts";
import { INT32_MAX } from "../volcengine/limits.ts";
import { queryReader } from "./query-reader.ts";
import type { Request } from "./request.ts";

/** @throws {Invalid} naming every bad parameter */
export function readJobFilter(request: Request): JobQuery {
  const read = queryReader(request, ["AppId", "Status", "ClientId", "Limit", "Cursor"]);
  const appId = read.number("AppId", 1, INT32_MAX);
  const state = read.oneOf("Status", JOB_STATES);
  const clientId = read.text("ClientId", CLIENT_ID, "must be a client's id");
  const limit = read.number("Limit", 1, 100) ?? 20;
  const after = read.cursor("Cursor", "jobs", isJobPlace);
  read.end();
  return {
    limit,
    ...(appId !== undefined && { appId }),
    ...(state && { state }),
    ...(clientId !== undefined && { clientId }),
    ...(after !== undefined && { after }),
  };
}

const CLIENT_ID = /^[\w+=,.:@/-]{1,513}$/;

/** Where a page of jobs ended: when the last of them was made, and its id. */
function isJobPlace(place: string): boolean {
  const [at = "", id = "", ...rest] = place.split("#");
  return /^[0-9]{4}-[0-9:.TZ-]{16,24}$/.test(at) && JOB_ID.test(id) && rest.length === 0;
}

const isUserId = (text: string): boolean => typeof toUserId(text) === "bigint";

/** A page of outcomes; how long it is without a limit depends on its form. */
export type OutcomeQuery = Omit<OutcomePage, "limit"> & Readonly<{ limit?: number }>;

/** @throws {Invalid} naming every bad parameter */
export function readOutcomeQuery(request: Request): OutcomeQuery {
  const read = queryReader(request, ["Status", "Code", "Limit", "Cursor"]);
  const status = read.oneOf("Status", STATUSES);
  const code = read.text("Code", /^[A-Za-z0-9._-]{1,64}$/, "must have 1 to 64 characters of A-Z a-z 0-9 . _ -");
  const limit = read.number("Limit", 1, 1_000);
  const after = read.cursor("Cursor", "after", isUserId);
  read.end();
  return {
    ...(status && { status }),
    ...(code !== undefined && { code }),
    ...(limit !== undefined && { limit }),
    ...(after !== undefined && { after }),
  };
}

/** @throws {Invalid} `required` where each app has a quota of its own */
export function readAppId(request: Request, required: boolean): number {
  const read = queryReader(request, ["AppId"]);
  const appId = read.number("AppId", 1, INT32_MAX);
  read.end();
  if (appId !== undefined || !required) return appId ?? 0;
  throw new Invalid("the query has faults", [{ pointer: "?AppId", detail: "is missing: each app has its own quota" }]);
}

/** @throws {NotFound} an id of another form was never given out */
export function readJobId(request: Request): string {
  const id = request.pathParameters?.["JobId"] ?? "";
  if (!JOB_ID.test(id)) throw noSuchJob(id);
  return id;
}

const ACTIONS = ["pause", "resume", "cancel"] as const satisfies readonly Action[];

/** The last part of the path: each action is a route of its own. @throws {NotFound} */
export function readAction({ rawPath }: Request): (typeof ACTIONS)[number] {
  const action = ACTIONS.find((one) => rawPath.endsWith(`/${one}`));
  if (action === undefined) throw new NotFound("there is no such route");
  return action;
}

/** @throws {Invalid} */
export function readUserId(request: Request): string {
  const id = toUserId(request.pathParameters?.["UserId"]);
  if (typeof id === "bigint") return String(id);
  throw new Invalid(`the user id in the path ${id}`);
}
