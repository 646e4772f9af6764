import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import * as v from "valibot";
import { isNode, Pair, parseDocument, visit, YAMLMap } from "yaml";

const ROOT = join(import.meta.dirname, "../..");

const block = v.record(v.string(), v.unknown());
const event = v.looseObject({
  httpApi: v.optional(v.looseObject({ method: v.string(), path: v.string() })),
  sqs: v.optional(block),
});
const functionBlock = v.looseObject({
  handler: v.string(),
  environment: v.optional(block),
  events: v.array(event),
});
const resource = v.looseObject({ Type: v.string(), Properties: block });
const part = v.looseObject({
  Resources: v.optional(v.record(v.string(), resource)),
  Outputs: v.optional(block),
  Parameters: v.optional(block),
  Conditions: v.optional(block),
});
const schema = v.pipe(
  v.looseObject({
    params: v.record(v.string(), block),
    provider: v.looseObject({ environment: block, memorySize: v.number() }),
    functions: v.record(v.string(), functionBlock),
    resources: v.array(part),
  }),
  v.transform(({ resources: parts, ...rest }) => ({
    ...rest,
    resources: Object.assign({}, ...parts.map(({ Resources }) => Resources)) as Resources,
    outputs: Object.assign({}, ...parts.map(({ Outputs }) => Outputs)) as Readonly<Record<string, unknown>>,
    /** What the resources refer to besides each other. */
    parts: {
      Parameters: Object.assign({}, ...parts.map(({ Parameters }) => Parameters)) as Readonly<Record<string, unknown>>,
      Conditions: Object.assign({}, ...parts.map(({ Conditions }) => Conditions)) as Readonly<Record<string, unknown>>,
    },
  })),
);

/** CloudFormation resources by their logical id. */
export type Resources = Readonly<Record<string, v.InferOutput<typeof resource>>>;

export type Template = v.InferOutput<typeof schema>;

/**
 * serverless.yml with the files it includes, the resources of all of them together. CloudFormation's short forms become
 * the long ones; variables (`${param:…}`) stay as they are written.
 *
 * @param read the text of a file of the project; a test may change it
 */
export function readTemplate(read = readText): Template {
  return v.parse(schema, include(parseYaml(read("serverless.yml")), read));
}

/** Every variable that is set for all functions or for some. */
export const environmentOf = ({ provider, functions }: Template): Readonly<Record<string, unknown>> =>
  Object.assign({}, provider.environment, ...Object.values(functions).map(({ environment }) => environment));

export const readText = (file: string): string => readFileSync(join(ROOT, file), "utf8");

const { byStage }: Readonly<{ byStage: Record<string, (stage: string, own: string) => unknown> }> = createRequire(
  import.meta.url,
)("../../infra/accounts.cjs");

/** @param value of infra/accounts.cjs what a stage gets that names no accounts */
function include(value: unknown, read: (file: string) => string): unknown {
  if (typeof value === "string") {
    const made = /^\$\{file\(infra\/accounts\.cjs\):(\w+)\}$/.exec(value)?.[1];
    if (made !== undefined) return byStage[made]?.("dev", "");
    const file = /^\$\{file\(([\w./-]+\.yml)\)\}$/.exec(value)?.[1];
    return file === undefined ? value : include(parseYaml(read(file)), read);
  }
  if (Array.isArray(value)) return value.map((item) => include(item, read));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, include(item, read)]));
}

/** By their text: many files of tests read the same few, and nobody changes what was parsed. */
const parsed = new Map<string, unknown>();

function parseYaml(text: string): unknown {
  if (!parsed.has(text)) parsed.set(text, parseAnew(text));
  return parsed.get(text);
}

/** `!Ref X` becomes `{Ref: X}`, any other tag `!Sub X` becomes `{Fn::Sub: X}`. */
function parseAnew(text: string): unknown {
  const document = parseDocument(text, { merge: true });
  if (document.errors[0]) throw document.errors[0];
  visit(document, (_, node) => {
    if (!isNode(node) || !("tag" in node) || !node.tag?.startsWith("!")) return undefined;
    const name = node.tag.slice(1);
    delete node.tag;
    const map = new YAMLMap(document.schema);
    map.items.push(new Pair(document.createNode(name === "Ref" ? name : `Fn::${name}`), node));
    return map;
  });
  return document.toJS({ maxAliasCount: -1 }); // our own file: every role names the same few blocks
}
