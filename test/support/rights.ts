import * as v from "valibot";
import { readTemplate, type Template } from "./read-template.ts";

/** What a role allows, by resource. */
export type Rights = Readonly<Record<string, readonly string[]>>;

export const template = readTemplate();

const statement = v.object({ Effect: v.literal("Allow"), Action: v.array(v.string()), Resource: v.unknown() });
const roleProperties = v.looseObject({
  Policies: v.tuple([v.looseObject({ PolicyDocument: v.looseObject({ Statement: v.array(statement) }) })]),
});

export const roleOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}Role`;

/** `!GetAtt X.Arn` and `!Sub "${X.Arn}/y"` in one short form: `X`, `X/y`. */
export function shortName(resource: unknown): string {
  const text = v.parse(v.string(), Object.values(v.parse(v.record(v.string(), v.unknown()), resource))[0]);
  return text.includes(":secretsmanager:") ? "secret" : text.replace(/^\$\{(\w+)\.Arn\}/, "$1").replace(/\.Arn$/, "");
}

/** What the role of a function allows, by resource: the actions without their service. */
export function rightsOf(name: string, { resources } = template): Rights {
  const { Policies } = v.parse(roleProperties, resources[roleOf(name)]?.Properties);
  const rights: Record<string, string[]> = {};
  for (const { Action, Resource } of Policies[0].PolicyDocument.Statement) {
    for (const resource of [Resource].flat().map(shortName)) {
      rights[resource] = [...(rights[resource] ?? []), ...Action.map((action) => action.replace(/^.*:/, ""))].sort();
    }
  }
  return rights;
}

/** The queues that call a function. */
export const queuesRead = ({ events }: Template["functions"][string]): string[] =>
  events.flatMap(({ sqs }) => (sqs ? shortName(sqs["arn"]) : []));
