import { Ajv2020, type ValidateFunction } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { openApiDocument } from "../../lib/api/openapi/openapi-document.ts";

// Whether an answer is one that the OpenAPI document describes.

export type GivenAnswer = Readonly<{
  method: string;
  /** With or without a query. */
  path: string;
  status: number;
  /** By their names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** As it came: text. Empty if there is none. */
  body: string;
}>;

type Media = Readonly<{ schema: object }>;
type Header = Readonly<{ required?: boolean; schema: object }>;
type Response = Readonly<{
  $ref?: string;
  headers?: Readonly<Record<string, Readonly<{ $ref: string }>>>;
  content?: Readonly<Record<string, Media>>;
}>;
type Document = Readonly<{
  paths: Readonly<
    Record<string, Readonly<Record<string, Readonly<{ responses: Readonly<Record<string, Response>> }>>>>
  >;
  components: Readonly<{ responses: Readonly<Record<string, Response>>; headers: Readonly<Record<string, Header>> }>;
}>;

/** Statuses that answer a request which no route takes: an unknown path, another method, nobody who asks. */
const OF_NO_ROUTE: readonly number[] = [401, 404, 405, 413, 429, 500];
/** A line of NDJSON. */
const OUTCOME = { $ref: "#/components/schemas/Outcome" };
const PROBLEM: Response = {
  content: { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } },
};

/** Checks answers against a document. */
export function answerChecker(given: object = openApiDocument()) {
  const document: Document = JSON.parse(JSON.stringify(given));
  const ajv = new Ajv2020({ strict: false, validateSchema: false, allErrors: true });
  formats.default(ajv);
  ajv.addSchema(document, "openapi");
  const compiled = new Map<string, ValidateFunction>();
  const routes = Object.entries(document.paths).map(([path, methods]) => ({
    form: new RegExp(`^${path.replaceAll(".", "\\.").replaceAll(/\{[A-Za-z]+\}/g, "[^/]+")}/?$`),
    methods,
  }));

  function validatorOf(schema: object): ValidateFunction {
    const key = JSON.stringify(schema);
    const known = compiled.get(key);
    if (known) return known;
    const validate = ajv.compile(JSON.parse(key.replaceAll('"#/', '"openapi#/')));
    compiled.set(key, validate);
    return validate;
  }

  /** What is wrong with the first of `values` that has a fault, by a schema of the document. */
  function faultsOf(schema: object, values: readonly unknown[]): string[] {
    const validate = validatorOf(schema);
    return values.every((value) => validate(value)) ? [] : [ajv.errorsText(validate.errors)];
  }

  function bodyFaults(type: string, schema: object, body: string): string[] {
    if (type === "application/x-ndjson") {
      const lines = body.split("\n").filter((line) => line !== "");
      return faultsOf(
        OUTCOME,
        lines.map((line): unknown => JSON.parse(line)),
      );
    }
    return faultsOf(schema, [type.endsWith("json") ? JSON.parse(body) : body]);
  }

  function headerFaults(response: Response, headers: GivenAnswer["headers"]): string[] {
    return Object.entries(response.headers ?? {}).flatMap(([name, { $ref }]) => {
      const header = document.components.headers[$ref.split("/").at(-1) ?? ""];
      const value = headers[name.toLowerCase()];
      if (!header) return [`${$ref} is not in the document`];
      if (value === undefined) return header.required ? [`the header ${name} is missing`] : [];
      return faultsOf(header.schema, [value]).map((fault) => `header ${name}: ${fault}`);
    });
  }

  function responseOf({ method, path, status }: GivenAnswer): Response | undefined {
    const found = routes.find(({ form }) => form.test(path.split("?")[0] ?? ""));
    const operation = found?.methods[method.toLowerCase()];
    if (!operation) return OF_NO_ROUTE.includes(status) ? PROBLEM : undefined;
    const response = operation.responses[status];
    return response?.$ref ? document.components.responses[response.$ref.split("/").at(-1) ?? ""] : response;
  }

  /** What of an answer the document does not describe. Empty: it is as described. */
  return function check(answer: GivenAnswer): string[] {
    const response = responseOf(answer);
    if (!response) return [`the status ${answer.status} is not described`];
    const faults = headerFaults(response, answer.headers);
    const type = (answer.headers["content-type"] ?? "").split(";")[0]?.trim() ?? "";
    const media = response.content?.[type];
    if (media) return [...faults, ...bodyFaults(type, media.schema, answer.body)];
    if (answer.body === "" && response.content === undefined) return faults;
    return [...faults, `the content type '${type}' is not described`];
  };
}

let checker: ReturnType<typeof answerChecker> | undefined;

/** @throws {Error} naming everything in which the answer is not as the document describes it */
export function assertDescribed(answer: GivenAnswer): void {
  checker ??= answerChecker();
  const faults = checker(answer);
  if (faults.length === 0) return;
  const { method, path, status, body } = answer;
  throw new Error(
    `the OpenAPI document does not describe this answer (after a change of the API: lib/api/openapi).\n${method} ${path}: ${status} ${body.slice(0, 500)}\n${faults.join("\n")}`,
  );
}
