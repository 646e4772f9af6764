import { describe } from "vitest";
import { startOneStack } from "../support/one-stack.ts";

// What needs no other upstream than one that takes everything, at the real quota: a minute is a minute.

startOneStack({ quota: { messages: 12_000, windowMs: 60_000 } });

describe("bad input", async () => void (await import("./bad-input.suite.ts"))); // first: it leaves no trace
describe("attacks", async () => void (await import("./attacks.suite.ts")));
describe("events in", async () => void (await import("./events-in.suite.ts")));
describe("lanes", async () => void (await import("./lanes.suite.ts"))); // last: its broadcasts do not end
