import type { HeaderName } from "./headers.ts";
import type { SchemaName } from "./json-schemas.ts";
import type { ParameterName } from "./parameters.ts";

/** A value that shows how a body may look. A test sends those of requests. */
export type Examples = Readonly<Record<string, Readonly<{ summary: string; value: unknown }>>>;

export type Answer = Readonly<{
  description: string;
  /** The JSON body, one of several forms if there are several; absent: the answer has none, or only `files`. */
  schema?: SchemaName | readonly SchemaName[];
  examples?: Examples;
  /** Other forms of the same, by media type, as text. */
  files?: Readonly<Record<string, string>>;
  headers?: readonly HeaderName[];
}>;

export type RequestBody = Readonly<{
  schema: SchemaName | readonly SchemaName[];
  required: boolean;
  description: string;
  examples: Examples;
}>;

/** One route as the document describes it. What every route has in common is added when the document is built. */
export type Operation = Readonly<{
  /** Its name in generated clients. */
  id: string;
  tag: "Jobs" | "Outcomes" | "Vendor" | "Quota" | "Service";
  summary: string;
  description: string;
  /** Whoever asks gets an answer; absent: only with a key. */
  isOpen?: true;
  /** What goes wrong is answered in the vendor's envelope; absent: as a problem document. */
  isVendors?: true;
  /** Query and header parameters. Those of the path are taken from the path. */
  parameters?: readonly ParameterName[];
  body?: RequestBody;
  answers: Readonly<Record<number, Answer>>;
  /** Other statuses than those of `answers`, besides those that every route may answer with. */
  problems?: readonly number[];
}>;

/** By method and path: `GET /v1/jobs`. */
export type Operations = Readonly<Record<string, Operation>>;
