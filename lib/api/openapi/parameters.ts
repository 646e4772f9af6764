import { INT32_MAX } from "../../volcengine/limits.ts";
import { CODE } from "../export-request.ts";
import { refTo } from "./json-schemas.ts";

type Parameter = Readonly<{
  name: string;
  in: "query" | "header" | "path";
  required?: true;
  description: string;
  schema: object;
  example?: string | number | readonly string[];
  style?: "form";
  explode?: true;
}>;

const id = (example: string) => ({ type: "string", pattern: "^[0-9a-z]{20,40}$", examples: [example] });

/** Every parameter, by its name in the document. */
export const PARAMETERS = {
  JobId: {
    name: "JobId",
    in: "path",
    required: true,
    description: "The job.",
    schema: id("297tozjsw2xtyqoc7bi7y8a4s"),
  },
  UserId: {
    name: "UserId",
    in: "path",
    required: true,
    description: "The receiver, in plain decimal digits.",
    schema: { type: "string", pattern: "^[1-9][0-9]{0,18}$", examples: ["9007199254740993"] },
  },
  IdempotencyKey: {
    name: "Idempotency-Key",
    in: "header",
    description:
      'The same key from the same client with the same body gives the first answer again, with another body 422. The client is a role or a user, whatever its session. A key lives as long as its job: until the job\'s start plus twice RESULTS_TTL_DAYS (60 days by default). 1 to 255 printable ASCII characters, bare or as a structured string: `a` and `"a"` are one key.',
    schema: { type: "string", minLength: 1, maxLength: 255 },
    example: "doors-2026",
  },
  ContentEncoding: {
    name: "Content-Encoding",
    in: "header",
    description: "`gzip` if the body is packed.",
    schema: { type: "string", enum: ["gzip", "identity"] },
  },
  Accept: {
    name: "Accept",
    in: "header",
    description: "`application/json` for a page, `text/csv` or `application/x-ndjson` for a file.",
    schema: { type: "string" },
    example: "application/json",
  },
  AcceptLanguage: {
    name: "Accept-Language",
    in: "header",
    description:
      "The language of problem documents: Chinese (`zh`, `zh-CN`, `zh-Hans`) if it is preferred, else English.",
    schema: { type: "string" },
    example: "zh-CN, en;q=0.5",
  },
  AppId: {
    name: "AppId",
    in: "query",
    description: "Only of this app.",
    schema: { type: "integer", minimum: 1, maximum: INT32_MAX },
    example: 666675,
  },
  Account: {
    name: "Account",
    in: "query",
    description: "Whose quota, by the name that answers have. Where there are several, this or `AppId` is needed.",
    schema: { type: "string", pattern: "^[a-z0-9-]{1,64}$" },
    example: "account",
  },
  QuotaAppId: {
    name: "AppId",
    in: "query",
    description: "The quota that this app spends. Needed where each app has a quota of its own (`QUOTA_SCOPE=app`).",
    schema: { type: "integer", minimum: 1, maximum: INT32_MAX },
    example: 666675,
  },
  JobStatus: {
    name: "Status",
    in: "query",
    description: "Only jobs in this state.",
    schema: refTo("JobStatus"),
    example: "running",
  },
  Label: {
    name: "Label",
    in: "query",
    description: "Only jobs with this label.",
    schema: { type: "string", minLength: 1, maxLength: 100 },
    example: "Spring",
  },
  Tag: {
    name: "Tag",
    in: "query",
    description: "Only jobs with this tag, as `key:value`. Given several times, a job has to have all of them.",
    schema: { type: "array", items: { type: "string" }, maxItems: 10 },
    style: "form",
    explode: true,
    example: ["campaign:spring"],
  },
  OutcomeStatus: {
    name: "Status",
    in: "query",
    description: "Only outcomes of this kind.",
    schema: refTo("OutcomeStatus"),
    example: "failed",
  },
  ExportFormat: {
    name: "Format",
    in: "query",
    description: "The form of the file.",
    schema: { type: "string", enum: ["csv", "ndjson"], default: "csv" },
    example: "csv",
  },
  Code: {
    name: "Code",
    in: "query",
    description: "Only outcomes with this code.",
    schema: { type: "string", pattern: CODE.source },
    example: "FailedReceiver",
  },
  ClientId: {
    name: "ClientId",
    in: "query",
    description: "Another client's jobs. Needs the scope `admin`.",
    schema: { type: "string", pattern: "^[\\w+=,.:@/-]{1,513}$" },
  },
  Action: {
    name: "Action",
    in: "query",
    required: true,
    description: "The vendor's name of the call.",
    schema: { type: "string", const: "BatchSendMessage" },
    example: "BatchSendMessage",
  },
  Version: {
    name: "Version",
    in: "query",
    required: true,
    description: "The vendor's version of it.",
    schema: { type: "string", const: "2020-12-01" },
    example: "2020-12-01",
  },
  JobLimit: {
    name: "Limit",
    in: "query",
    description: "The most jobs of a page.",
    schema: { type: "integer", minimum: 1, maximum: 100, default: 20 },
    example: 20,
  },
  OutcomeLimit: {
    name: "Limit",
    in: "query",
    description:
      "The most outcomes of a page: 100 of JSON where it is not given, 20,000 of a file, 100,000 of one packed.",
    schema: { type: "integer", minimum: 1, maximum: 1000 },
    example: 100,
  },
  Cursor: { name: "Cursor", in: "query", description: "The `Cursor` of the page before.", schema: { type: "string" } },
} as const satisfies Readonly<Record<string, Parameter>>;

export type ParameterName = keyof typeof PARAMETERS;
