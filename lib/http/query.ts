import { CODE, CODE_FORM } from "../api/export-request.ts";
import { toUserId } from "../api/user-id.ts";
import { Invalid, NotFound, noSuchJob } from "../domain/errors.ts";
import { JOB_ID } from "../domain/ids.ts";
import { type Action, JOB_STATES } from "../domain/job-state.ts";
import { STATUSES } from "../domain/outcome.ts";
import { EXPORT_FORMATS, type ExportRequest } from "../domain/outcome-export.ts";
import { LABEL, LABEL_FORM, MAX_TAGS, readTag } from "../domain/tags.ts";
import type { OutcomePage } from "../use-cases/list-outcomes.ts";
import type { JobQuery } from "../use-cases/query-jobs.ts";
import { INT32_MAX } from "../volcengine/limits.ts";
import { queryReader } from "./query-reader.ts";
import type { Request } from "./request.ts";

/** @throws {Invalid} naming every bad parameter */
export function readJobFilter(request: Request): JobQuery {
  const read = queryReader(request, ["AppId", "Status", "Label", "Tag", "ClientId", "Limit", "Cursor"]);
  const appId = read.number("AppId", 1, INT32_MAX);
  const state = read.oneOf("Status", JOB_STATES);
  const label = read.text("Label", LABEL, LABEL_FORM);
  const tags = read.texts("Tag", areTags, `must be up to ${MAX_TAGS} tags such as campaign:spring`);
  const clientId = read.text("ClientId", CLIENT_ID, "must be a client's id");
  const limit = read.number("Limit", 1, 100) ?? 20;
  const after = read.cursor("Cursor", "jobs", isJobPlace);
  read.end();
  return {
    limit,
    ...(appId !== undefined && { appId }),
    ...(state && { state }),
    ...(label !== undefined && { label }),
    ...(tags.length > 0 && { tags }),
    ...(clientId !== undefined && { clientId }),
    ...(after !== undefined && { after }),
  };
}

/** Every way to read a tag is a condition of the query, whose length DynamoDB limits to 4 KB. */
const MAX_WAYS = 20;

function areTags(texts: readonly string[]): boolean {
  const ways = texts.map((text) => readTag(text).length);
  return texts.length <= MAX_TAGS && !ways.includes(0) && ways.reduce((sum, n) => sum + n, 0) <= MAX_WAYS;
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
  const code = read.text("Code", CODE, CODE_FORM);
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

/** Which of a job's exports: the one that was asked for with the same. @throws {Invalid} naming every bad parameter */
export function readExportQuery(request: Request): ExportRequest {
  const read = queryReader(request, ["Format", "Status", "Code"]);
  const format = read.oneOf("Format", EXPORT_FORMATS) ?? "csv";
  const status = read.oneOf("Status", STATUSES);
  const code = read.text("Code", CODE, CODE_FORM);
  read.end();
  return { format, ...(status && { status }), ...(code !== undefined && { code }) };
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

/** What is to be done with a quota, by the method and the path. @throws {NotFound} */
export function readQuotaAction({ rawPath, requestContext }: Request): "limits" | "pause" | "resume" {
  if (requestContext.http.method === "PATCH") return "limits";
  const action = (["pause", "resume"] as const).find((one) => rawPath.endsWith(`/${one}`));
  if (action === undefined) throw new NotFound("there is no such route");
  return action;
}

/** @throws {Invalid} */
export function readUserId(request: Request): string {
  const id = toUserId(request.pathParameters?.["UserId"]);
  if (typeof id === "bigint") return String(id);
  throw new Invalid(`the user id in the path ${id}`);
}
