import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { readText } from "./support/read-template.ts";
import { queuesRead, type Rights, rightsOf, roleOf, template } from "./support/rights.ts";

// What each function may do.

const functions = Object.entries(template.functions);

const BUCKET = { "ListsBucket/lists/*": ["GetObject"], ListsBucket: ["ListBucket"] };
/** Accepting leaves out whom other lists name, and says when a job would be late. */
const FORESEES = { "ResultsTable/index/due": ["Query"] };
const FAILURES = { "ResultsTable/index/failures": ["Query"] };
const RECEIVE = ["ChangeMessageVisibility", "DeleteMessage", "GetQueueAttributes", "ReceiveMessage"];
const SEND = ["SendMessage"];
/** Every route but `/health` has to know who calls. */
const DOOR = { ClientsSecret: ["GetSecretValue"], QuotaTable: ["UpdateItem"] };
/** Whoever tells how long something takes reads the limits that hold. */
const ESTIMATES = { QuotaTable: ["GetItem", "UpdateItem"] };
const WAITING = { "ResultsTable/index/due": ["Query"], ResultsTable: ["BatchGetItem", "GetItem", "Query"] };
const DELIVER = {
  ResultsTable: ["BatchGetItem", "GetItem", "UpdateItem"],
  QuotaTable: ["BatchGetItem", "GetItem", "PutItem"],
  VolcengineSecret: ["GetSecretValue"],
  DispatchQueue: SEND,
  EventsQueue: SEND,
};

const WANTED: Readonly<Record<string, Rights>> = {
  acceptJob: {
    ...DOOR,
    ...ESTIMATES,
    ...FORESEES,
    ...BUCKET,
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem"],
    "ListsBucket/lists/*": ["GetObject", "PutObject"],
    "ListsBucket/uploads/*": ["PutObject"],
    ExpressQueue: SEND,
    DispatchQueue: SEND,
    EventsQueue: SEND,
  },
  takeRequest: {
    ClientsSecret: DOOR.ClientsSecret,
    ...FORESEES,
    QuotaTable: ["GetItem"],
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem"],
    "ListsBucket/lists/*": ["GetObject", "PutObject"],
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
    ...ESTIMATES,
    ...FORESEES,
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
    ...ESTIMATES,
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
    ...ESTIMATES,
    ResultsTable: ["BatchGetItem", "GetItem", "PutItem", "Query"],
    ...FAILURES,
    ...BUCKET,
    "ListsBucket/lists/*": ["GetObject", "PutObject"],
    ExpressQueue: SEND,
    DispatchQueue: SEND,
    ImportsQueue: SEND,
    EventsQueue: SEND,
  },
  getQuota: { ...DOOR, ...ESTIMATES, ...WAITING },
  controlQuota: {
    ...DOOR,
    QuotaTable: ["GetItem", "PutItem", "UpdateItem", "UpdateItem"],
    ...WAITING,
    DispatchQueue: SEND,
  },
  reserveQuota: { ...DOOR, QuotaTable: ["GetItem", "PutItem", "UpdateItem"] },
  health: {},
  openapi: {},
  console: {},
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
    ...Object.fromEntries(
      ["Express", "Bulk", "Dispatch", "Imports", "Events", "Exports", "Requests"].map((queue) => [
        `${queue}DeadLetters`,
        ["GetQueueAttributes"],
      ]),
    ),
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
    QuotaTable: ["GetItem"],
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
  deliverBulk: { ...DELIVER, ResultsTable: [...DELIVER.ResultsTable, "Query"].sort(), BulkQueue: [...RECEIVE] },
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
