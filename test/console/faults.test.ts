import { expect, it } from "vitest";
import { failureOf, waitMs } from "../../clients/console/src/failure.ts";
import { byField } from "../../clients/console/src/faults.ts";
import { VolleyError } from "../../clients/sdk/src/volley-error.ts";

const refusal = (status: number, body: object, headers = {}) =>
  new VolleyError({ status, statusText: "", headers: new Headers(headers) }, body);

it("every fault is put beside its field; what has none keeps its pointer", () => {
  const faults = [
    { pointer: "/AppId", detail: "is missing" },
    { pointer: "/Receiver", detail: "must name at least one user" },
    { pointer: "/Receiver/3", detail: "must be above zero" },
    { pointer: "/Options/Tags/a b", detail: "is no key" },
    { pointer: "/Options/Except", detail: "must name Jobs or Receiver" },
    { pointer: "/Options/Except/Jobs/0", detail: "is no job of this client" },
    { pointer: "/Ext", detail: "must be an object of strings" },
    { pointer: "", detail: "is no object" },
  ];
  expect([
    ...byField(faults, ["/AppId", "/Receiver", "/Options/Tags", "/Options/Except/Jobs", "/Options/Except/Receiver"]),
  ]).toEqual([
    ["/AppId", ["is missing"]],
    ["/Receiver", ["must name at least one user", "3: must be above zero"]],
    ["/Options/Tags", ["a b: is no key"]],
    ["/Options/Except/Jobs", ["must name Jobs or Receiver", "0: is no job of this client"]],
    ["", ["/Ext must be an object of strings", "is no object"]],
  ]);
});

it("a lost connection, a 401 and a refusal are told apart", () => {
  const faults = [{ pointer: "/AppId", detail: "is missing" }];
  expect(failureOf(new TypeError("Failed to fetch"))).toEqual({ kind: "lost" });
  expect(failureOf(refusal(401, { detail: "no such key" }))).toEqual({ kind: "unauthorized", detail: "no such key" });
  expect(failureOf(refusal(422, { detail: "has faults", errors: faults, total: 1 }))).toEqual({
    ...{ kind: "refused", status: 422, detail: "has faults", faults, total: 1 },
  });
});

it.each([
  { failures: 0, error: undefined, want: 2_000 },
  { failures: 1, error: new TypeError(), want: 4_000 },
  { failures: 9, error: new TypeError(), want: 15_000 },
  { failures: 1, error: refusal(429, {}, { "retry-after": "30" }), want: 30_000 },
])("after $failures failures the next try comes after $want ms", ({ failures, error, want }) => {
  expect(waitMs(2_000, failures, error)).toBe(want);
});
