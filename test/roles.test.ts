import { dirname, join, normalize } from "node:path";
import * as v from "valibot";
import { describe, expect, it } from "vitest";
import { readTemplate, readText, type Template } from "./support/read-template.ts";

// What each function may do, and which of them may pass messages around in a circle.

type Rights = Readonly<Record<string, readonly string[]>>;
type Functions = Template["functions"];

const template = readTemplate();
const functions = Object.entries(template.functions);

const statement = v.object({ Effect: v.literal("Allow"), Action: v.array(v.string()), Resource: v.unknown() });
const roleProperties = v.looseObject({
  Policies: v.tuple([v.looseObject({ PolicyDocument: v.looseObject({ Statement: v.array(statement) }) })]),
});

const roleOf = (name: string): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}Role`;

/** `!GetAtt X.Arn` and `!Sub "${X.Arn}/y"` in one short form: `X`, `X/y`. */
function shortName(resource: unknown): string {
  const text = v.parse(v.string(), Object.values(v.parse(v.record(v.string(), v.unknown()), resource))[0]);
  return text.includes(":secretsmanager:") ? "secret" : text.replace(/^\$\{(\w+)\.Arn\}/, "$1").replace(/\.Arn$/, "");
}

/** What the role of a function allows, by resource: the actions without their service. */
function rightsOf(name: string, { resources } = template): Rights {
  const { Policies } = v.parse(roleProperties, resources[roleOf(name)]?.Properties);
  const rights: Record<string, string[]> = {};
  for (const { Action, Resource } of Policies[0].PolicyDocument.Statement) {
    for (const resource of [Resource].flat().map(shortName)) {
      rights[resource] = [...(rights[resource] ?? []), ...Action.map((action) => action.replace(/^.*:/, ""))].sort();
    }
  }
  return rights;
}

const BUCKET = { "ListsBucket/lists/*": ["GetObject"], ListsBucket: ["ListBucket"] };
const FAILURES = { "ResultsTable/index/failures": ["Query"] };
const RECEIVE = ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"];
const SEND = ["SendMessage"];
/** Every route but `/health` has to know who calls. */
const DOOR = { ClientsSecret: ["GetSecretValue"], QuotaTable: ["UpdateItem"] };
const DELIVER = {
  ResultsTable: ["BatchGetItem", "GetItem", "UpdateItem"],
  QuotaTable: ["BatchGetItem", "GetItem", "PutItem"],
  secret: ["GetSecretValue"],
  DispatchQueue: SEND,
  EventsQueue: SEND,
};

const WANTED: Readonly<Record<string, Rights>> = {
  acceptJob: {
    ...DOOR,
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem"],
    "ListsBucket/lists/*": ["PutObject"],
    "ListsBucket/uploads/*": ["PutObject"],
    ExpressQueue: SEND,
    DispatchQueue: SEND,
    EventsQueue: SEND,
  },
  takeRequest: {
    ClientsSecret: DOOR.ClientsSecret,
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem"],
    "ListsBucket/lists/*": ["PutObject"],
    "ListsBucket/jobs/*": ["GetObject"],
    ListsBucket: ["ListBucket"],
    RequestsQueue: RECEIVE,
    ExpressQueue: SEND,
    DispatchQueue: SEND,
    EventsQueue: SEND,
    RequestsDeadLetters: SEND,
    EventBus: ["PutEvents"],
  },
  batchSendMessage: {
    ...DOOR,
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem", "Query"],
    ...BUCKET,
    "ListsBucket/lists/*": ["GetObject", "PutObject"],
    ExpressQueue: SEND,
    DispatchQueue: SEND,
    EventsQueue: SEND,
  },
  listJobs: { ...DOOR, "ResultsTable/index/byClient": ["Query"], "ResultsTable/index/byApp": ["Query"] },
  getJob: {
    ...DOOR,
    ...BUCKET,
    ResultsTable: ["BatchGetItem", "GetItem", "Query"],
    "ListsBucket/reports/*": ["GetObject"],
  },
  listOutcomes: { ...DOOR, ResultsTable: ["BatchGetItem", "GetItem", "Query"], ...FAILURES, ...BUCKET },
  getOutcome: { ...DOOR, ResultsTable: ["BatchGetItem", "GetItem"], ...BUCKET },
  controlJob: { ...DOOR, ResultsTable: ["GetItem", "UpdateItem"], DispatchQueue: SEND, EventsQueue: SEND },
  resendCallback: { ...DOOR, ResultsTable: ["GetItem", "UpdateItem"], EventsQueue: SEND },
  requestExport: { ...DOOR, ResultsTable: ["GetItem", "PutItem"], ExportsQueue: SEND },
  getExport: { ...DOOR, ResultsTable: ["GetItem"], "ListsBucket/reports/*": ["GetObject"] },
  retryJob: {
    ...DOOR,
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem", "Query"],
    ...FAILURES,
    ...BUCKET,
    "ListsBucket/lists/*": ["GetObject", "PutObject"],
    ExpressQueue: SEND,
    DispatchQueue: SEND,
    ImportsQueue: SEND,
    EventsQueue: SEND,
  },
  getQuota: { ...DOOR, QuotaTable: ["GetItem", "UpdateItem"] },
  health: {},
  openapi: {},
  unknownRoute: DOOR,
  dispatch: {
    ResultsTable: ["BatchGetItem", "GetItem", "Query", "UpdateItem"],
    "ResultsTable/index/due": ["Query"],
    QuotaTable: ["GetItem", "PutItem"],
    ...BUCKET,
    ExpressQueue: SEND,
    BulkQueue: SEND,
    DispatchQueue: [...RECEIVE, ...SEND],
    ImportsQueue: SEND,
    EventsQueue: SEND,
  },
  publishEvents: {
    ResultsTable: ["BatchGetItem", "GetItem", "Query", "UpdateItem"],
    "ResultsTable/index/outbox": ["Query"],
    ...BUCKET,
    ClientsSecret: ["GetSecretValue"],
    EventsQueue: RECEIVE,
    EventBus: ["PutEvents"],
  },
  importList: {
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem", "Query", "UpdateItem"],
    ...FAILURES,
    ...BUCKET,
    "ListsBucket/lists/*": ["AbortMultipartUpload", "GetObject", "PutObject"],
    "ListsBucket/uploads/*": ["GetObject"],
    "ListsBucket/sorted/*": ["GetObject", "PutObject"],
    "ListsBucket/reports/*": ["PutObject"],
    ImportsQueue: [...RECEIVE, ...SEND],
    DispatchQueue: SEND,
    EventsQueue: SEND,
    ImportsDeadLetters: SEND,
  },
  exportOutcomes: {
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem", "Query"],
    ...FAILURES,
    ...BUCKET,
    "ListsBucket/reports/*": ["AbortMultipartUpload", "GetObject", "PutObject"],
    ExportsQueue: [...RECEIVE, ...SEND],
  },
  deliverExpress: { ...DELIVER, ExpressQueue: [...RECEIVE, ...SEND] },
  deliverBulk: { ...DELIVER, BulkQueue: [...RECEIVE] },
};

/** Commands of the AWS SDK in a file and in everything of ours that it imports. */
function commandsOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const source = readText(file);
  const found = new Set([...source.matchAll(/new (\w+)Command\(/g)].map(([, command = ""]) => command));
  for (const [, path = ""] of source.matchAll(/^import (?!type )[^;]*?from "(\.[^"]+\.ts)"/gm)) {
    for (const command of commandsOf(normalize(join(dirname(file), path)), seen)) found.add(command);
  }
  return found;
}

describe("roles", () => {
  it("are one for each function, and each has a row below", () => {
    const roles = Object.entries(template.resources).filter(([, { Type }]) => Type === "AWS::IAM::Role");
    expect(roles.map(([id]) => id).sort()).toEqual(Object.keys(WANTED).map(roleOf).sort());
    for (const [name, definition] of functions) expect(definition["role"]).toBe(roleOf(name));
  });

  it.each(Object.entries(WANTED))("let %s do what its use case does, and write its own log", (name, want) => {
    const ownLog = `${roleOf(name).replace(/Role$/, "LogGroup")}`;
    expect(rightsOf(name)).toEqual({ [ownLog]: ["CreateLogStream", "PutLogEvents"], ...want });
  });

  it("allow no call to a table that their code does not contain", () => {
    for (const [name, { handler }] of functions) {
      const made = commandsOf(handler.replace(/^\.build\/(.*)\.handler$/, "functions/$1.ts"));
      const table = Object.entries(rightsOf(name)).filter(([resource]) => /^(ResultsTable|QuotaTable)/.test(resource));
      const unused = table.flatMap(([, actions]) => actions.filter((action) => !made.has(action)));
      expect({ name, unused }).toEqual({ name, unused: [] });
    }
    expect(commandsOf("functions/deliver.ts").has("BatchWriteItem")).toBe(false);
  });

  it("allow named actions on named resources: a star stands only for the names of objects", () => {
    for (const [name] of functions) {
      const text = JSON.stringify(rightsOf(name)).replaceAll(
        /"ListsBucket\/(lists|jobs|uploads|sorted|reports)\/\*"/g,
        "",
      );
      expect({ name, text }).toEqual({ name, text: expect.not.stringContaining("*") });
    }
  });

  it("of functions that a queue calls let them receive from that queue and no other", () => {
    for (const [name, definition] of functions) {
      const rights = Object.entries(rightsOf(name));
      const received = rights.flatMap(([resource, actions]) => (actions.includes("ReceiveMessage") ? resource : []));
      expect({ name, received }).toEqual({ name, received: queuesRead(definition) });
    }
  });
});

const queuesRead = ({ events }: Functions[string]): string[] =>
  events.flatMap(({ sqs }) => (sqs ? shortName(sqs["arn"]) : []));

/** What S3 tells of objects of the bucket: below which prefix, to which queue. */
const bucketProperties = v.looseObject({
  NotificationConfiguration: v.object({
    QueueConfigurations: v.array(
      v.looseObject({
        Filter: v.object({
          S3Key: v.object({ Rules: v.tuple([v.object({ Name: v.literal("prefix"), Value: v.string() })]) }),
        }),
        Queue: v.unknown(),
      }),
    ),
  }),
});

/** Queues that a function writes: it sends to them, or it puts objects that S3 tells them of. Lambda follows both. */
function queuesWritten(name: string, of: Template): string[] {
  const rights = rightsOf(name, of);
  const sent = Object.entries(rights).flatMap(([resource, actions]) =>
    actions.includes("SendMessage") ? resource : [],
  );
  const { NotificationConfiguration } = v.parse(bucketProperties, of.resources["ListsBucket"]?.Properties);
  const told = NotificationConfiguration.QueueConfigurations.flatMap(({ Filter, Queue }) =>
    rights[`ListsBucket/${Filter.S3Key.Rules[0].Value}*`]?.includes("PutObject") ? shortName(Queue) : [],
  );
  return [...sent, ...told];
}

/** Functions whose messages may come back to them, directly or by way of others. */
function inCircles(of: Template): string[] {
  const all = of.functions;
  const next = (name: string): string[] => {
    const written = queuesWritten(name, of);
    return Object.keys(all).filter((other) => all[other] && queuesRead(all[other]).some((q) => written.includes(q)));
  };
  return Object.keys(all).filter((start) => {
    const reached = new Set(next(start));
    for (const name of reached) for (const further of next(name)) reached.add(further);
    return reached.has(start);
  });
}

describe("Lambda's detection of loops", () => {
  const allowed = ({ functions: all }: Template) =>
    Object.keys(all).filter((name) => all[name]?.["recursiveLoop"] === "Allow");

  it("is off for exactly the functions whose messages go round on purpose", () => {
    expect(allowed(template)).toEqual(inCircles(template));
    expect(allowed(template)).toEqual(["dispatch", "importList", "exportOutcomes", "deliverExpress", "deliverBulk"]);
  });

  it("would be missed on one of them", () => {
    const without = readTemplate((file) => readText(file).replace("recursiveLoop: Allow", ""));
    expect(allowed(without)).not.toEqual(inCircles(without));
  });

  it("follows objects too: whoever puts one that S3 tells its own queue of stands in a circle", () => {
    const told = readTemplate((file) => readText(file).replace("Value: jobs/", "Value: lists/"));
    expect(inCircles(told).filter((name) => !inCircles(template).includes(name))).toEqual(["takeRequest"]);
  });

  it("rings an alarm where it stops a message of any function that a queue calls", () => {
    const alarm = JSON.stringify(template.resources["LoopStoppedAlarm"]?.Properties);
    const watched = [...alarm.matchAll(/\{"Ref":"(\w+)LambdaFunction"\}/g)].map(([, name = ""]) => `${name}Role`);
    const called = functions.filter(([, definition]) => queuesRead(definition).length > 0);
    expect(watched.sort()).toEqual(called.map(([name]) => roleOf(name)).sort());
    expect(alarm.match(/RecursiveInvocationsDropped/g)).toHaveLength(called.length + 1);
  });
});
