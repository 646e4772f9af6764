import { FIELD_NAMES, HEADERS, type HeaderName } from "./headers.ts";
import { JOB_OPERATIONS } from "./job-operations.ts";
import { jsonSchemas, refTo, type SchemaName } from "./json-schemas.ts";
import type { Answer, Operation, Operations, RequestBody } from "./operation.ts";
import { OUTCOME_OPERATIONS } from "./outcome-operations.ts";
import { PARAMETERS, type ParameterName } from "./parameters.ts";
import { PROBLEMS } from "./problem-examples.ts";
import { QUOTA_OPERATIONS } from "./quota-operations.ts";
import { SERVICE_OPERATIONS } from "./service-operations.ts";
import { VENDOR_OPERATIONS } from "./vendor-operations.ts";

/** Every route. A test holds the list to `routes.ts`. */
export const OPERATIONS: Operations = {
  ...JOB_OPERATIONS,
  ...OUTCOME_OPERATIONS,
  ...VENDOR_OPERATIONS,
  ...QUOTA_OPERATIONS,
  ...SERVICE_OPERATIONS,
};

const INFO = {
  title: "Volley",
  version: "1.0.0",
  summary: "One message to any number of Volcengine RTC users, inside the quota, with an outcome for every receiver.",
  description:
    "JSON in and out, in the vendor's PascalCase. User and message ids are decimal strings in answers; requests may have them as numbers or as strings. Errors are problem documents (RFC 9457) that name every fault at once, in Chinese or English by `Accept-Language`.",
  license: { name: "MIT", identifier: "MIT" },
};

const TAGS = [
  { name: "Jobs", description: "One message and its receivers: send, watch, pause, cancel, retry." },
  { name: "Outcomes", description: "What became of each receiver." },
  { name: "Vendor", description: "The vendor's own call, for its SDKs." },
  { name: "Quota", description: "The vendor's quota: how much is used, how much there is, who else takes part." },
  { name: "Service", description: "The state of the service, this document." },
];

const SECURITY_SCHEMES = {
  bearer: { type: "http", scheme: "bearer", description: "A key that Volley issued: `Authorization: Bearer <key>`." },
  signature: {
    type: "apiKey",
    in: "header",
    name: "Authorization",
    description:
      "The vendor's own signature, HMAC-SHA256, made with a pair of keys that Volley issued: what the vendor's SDKs send.",
  },
};

/** Problem documents that every route may answer with. */
const COMMON = [500, 503];
/** Those of routes that ask for a key. */
const CLOSED = [401, 403, 429];

/** The OpenAPI 3.1 document of every route. @see https://spec.openapis.org/oas/v3.1.1.html */
export function openApiDocument(operations: Operations = OPERATIONS) {
  const paths: Record<string, Record<string, object>> = {};
  for (const [route, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = route.split(" ");
    paths[path] = { ...paths[path], [method.toLowerCase()]: toOperation(path, operation) };
  }
  return {
    openapi: "3.1.1",
    info: INFO,
    servers: [{ url: "/", description: "Where this document comes from." }],
    security: [{ bearer: [] }, { signature: [] }],
    tags: TAGS,
    paths,
    components: {
      schemas: jsonSchemas(),
      parameters: PARAMETERS,
      headers: HEADERS,
      responses: toResponses(operations),
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function toOperation(
  path: string,
  { id, isOpen, isVendors, body, answers, problems = [], ...operation }: Operation,
): object {
  const inPath = [...path.matchAll(/\{([A-Za-z]+)\}/g)].map(([, name]) => name as ParameterName);
  const spoken: readonly ParameterName[] = isVendors ? [] : ["AcceptLanguage"];
  const parameters = [...inPath, ...(operation.parameters ?? []), ...spoken];
  const refused = [...problems, ...(isOpen ? [] : CLOSED), ...COMMON].sort((a, b) => a - b);
  return {
    operationId: id,
    tags: [operation.tag],
    summary: operation.summary,
    description: operation.description,
    ...(isOpen && { security: [] }),
    ...(parameters.length > 0 && { parameters: parameters.map((name) => refToPart("parameters", name)) }),
    ...(body && { requestBody: toRequestBody(body) }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, toAnswer(answer)])),
      ...Object.fromEntries(
        refused.map((status) => [status, refToPart("responses", `${isVendors ? "Vendor" : "Problem"}${status}`)]),
      ),
    },
  };
}

const schemaOf = (schema: SchemaName | readonly SchemaName[]) =>
  typeof schema === "string" ? refTo(schema) : { anyOf: schema.map(refTo) };

const refToPart = (part: string, name: string) => ({ $ref: `#/components/${part}/${name}` });

const toRequestBody = ({ schema, required, description, examples }: RequestBody) => ({
  required,
  description,
  content: { "application/json": { schema: schemaOf(schema), examples } },
});

function toAnswer({ description, schema, examples, files = {}, headers }: Answer): object {
  const content = {
    ...(schema && { "application/json": { schema: schemaOf(schema), ...(examples && { examples }) } }),
    ...Object.fromEntries(
      Object.entries(files).map(([type, example]) => [type, { schema: { type: "string" }, example }]),
    ),
  };
  return {
    description,
    ...(headers && { headers: toHeaders(headers) }),
    ...(Object.keys(content).length > 0 && { content }),
  };
}

const toHeaders = (names: readonly HeaderName[]) =>
  Object.fromEntries(names.map((name) => [FIELD_NAMES[name] ?? name, refToPart("headers", name)]));

/** Headers that go with some problems. */
const PROBLEM_HEADERS: Readonly<Record<number, readonly HeaderName[]>> = {
  401: ["WWW-Authenticate"],
  429: ["RateLimit-Policy", "RateLimit", "Retry-After"],
  503: ["Retry-After"],
};

/** What can go wrong: a problem document of each status, and the vendor's form of those that its call answers with. */
function toResponses(operations: Operations): object {
  const ofVendors = Object.values(operations).flatMap(({ isVendors, problems = [] }) =>
    isVendors ? [...problems, ...CLOSED, ...COMMON] : [],
  );
  const statuses = Object.keys(PROBLEMS).map(Number);
  return Object.fromEntries([
    ...statuses.map((status) => [`Problem${status}`, toRefusal(status, "application/problem+json", "Problem")]),
    ...ofVendors.map((status) => [`Vendor${status}`, toRefusal(status, "application/json", "VendorError")]),
  ]);
}

function toRefusal(status: number, type: string, schema: "Problem" | "VendorError"): object {
  const { description = "", examples = {} } = PROBLEMS[status] ?? {};
  const spoken: readonly HeaderName[] = schema === "Problem" ? ["Content-Language", "Vary"] : [];
  const headers = [...spoken, ...(PROBLEM_HEADERS[status] ?? [])];
  return {
    description,
    ...(headers.length > 0 && { headers: toHeaders(headers) }),
    content: { [type]: { schema: refTo(schema), ...(schema === "Problem" && { examples }) } },
  };
}
