import { LocalError } from "./local-error.ts";

/** The part of a CloudFormation template that the local stack creates. */
export type Resources = Readonly<Record<string, Readonly<{ Type: string; Properties?: Properties }>>>;
export type Properties = Readonly<Record<string, unknown>>;

/** What `Ref` and `GetAtt Arn` of a logical id stand for on this machine. */
export type Made = Readonly<{ ref: string; arn: string }>;
export type MadeById = Pick<ReadonlyMap<string, Made>, "get">;

export function declaredOf(resources: Resources, type: string): [logicalId: string, Properties][] {
  return Object.entries(resources).flatMap(([id, { Type, Properties = {} }]) =>
    Type === type ? [[id, Properties]] : [],
  );
}

/**
 * Replace every `Ref` and `GetAtt … Arn` in `value` by what was made for it.
 *
 * @throws {LocalError} naming what serverless.yml refers to and the local stack did not make
 */
export function resolveIn(value: unknown, made: MadeById): unknown {
  if (Array.isArray(value)) return value.map((item) => resolveIn(item, made));
  if (typeof value !== "object" || value === null) return value;
  if ("Ref" in value) return find(made, String(value.Ref)).ref;
  if ("Fn::GetAtt" in value) {
    const [id = "", attribute] = [value["Fn::GetAtt"]].flat().join(".").split(".");
    if (attribute === "Arn") return find(made, id).arn;
    throw new LocalError(`serverless.yml: the local stack knows no ${attribute} of ${id}`);
  }
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolveIn(item, made)]));
}

function find(made: MadeById, id: string): Made {
  const found = made.get(id);
  if (found === undefined) throw new LocalError(`serverless.yml: the local stack made no ${id}`);
  return found;
}
