import { describe, expect, it } from "vitest";
import {
  AppError,
  BadConfig,
  Conflict,
  type Fault,
  Forbidden,
  Invalid,
  ListDamaged,
  Malformed,
  NotFound,
  noSuchJob,
  StoreContended,
  TooLate,
  Unavailable,
} from "../../lib/domain/errors.ts";

const FAULT: Fault = { pointer: "/a", detail: "must be a string" };

const WHY = "there is no such route";

describe("an error", () => {
  // The names are written down here once more on purpose: logs, alarms and clients hold on to them.
  it.each([
    { make: () => new BadConfig(WHY), name: "BadConfig", code: "BAD_CONFIG" },
    { make: () => new Malformed(WHY), name: "Malformed", code: "MALFORMED" },
    { make: () => new Invalid(WHY), name: "Invalid", code: "INVALID" },
    { make: () => new NotFound(WHY), name: "NotFound", code: "NOT_FOUND" },
    { make: () => new Conflict(WHY), name: "Conflict", code: "CONFLICT" },
    { make: () => new Forbidden(WHY), name: "Forbidden", code: "FORBIDDEN" },
    { make: () => new Unavailable(WHY, 5), name: "Unavailable", code: "UNAVAILABLE" },
    { make: () => new StoreContended(WHY), name: "StoreContended", code: "STORE_CONTENDED" },
  ])("$name has a name and a code that no bundler changes", ({ make, name, code }) => {
    const error = make();
    expect(error).toBeInstanceOf(AppError);
    expect({ name: error.name, code: error.code, message: error.message }).toEqual({ name, code, message: WHY });
  });

  it("of a damaged list names the list, and what is wrong with it", () => {
    const error = new ListDamaged("lists/run", "it is short");
    expect({ ...error, name: error.name, code: error.code }).toEqual({
      name: "ListDamaged",
      code: "LIST_DAMAGED",
      list: "lists/run",
    });
    expect(error.message).toBe("receiver list lists/run is damaged: it is short");
  });

  it("of a request has the faults that it was given, and counts those", () => {
    expect(new Invalid(WHY, [FAULT])).toMatchObject({ faults: [FAULT], total: 1 });
    expect(new Invalid(WHY, [FAULT], 140)).toMatchObject({ faults: [FAULT], total: 140 });
    expect(new Invalid(WHY)).toMatchObject({ faults: [], total: 0 });
    expect(new Forbidden(WHY, [FAULT]).faults).toEqual([FAULT]);
    expect(new Forbidden(WHY).faults).toEqual([]);
  });

  it("of a job that would be late has the estimate, if there is one", () => {
    const estimate = { endsAtMs: Date.UTC(2026, 1, 1), seconds: 90_000 };
    expect(new TooLate(WHY, estimate)).toMatchObject({ name: "TooLate", code: "TOO_LATE", estimate });
    expect(new TooLate(WHY)).toMatchObject({ message: WHY, estimate: undefined });
  });

  it("of a service that is away has its cause, and when to ask again", () => {
    const cause = new Error("the table is away");
    expect(new Unavailable("why", 5, cause)).toMatchObject({ retryAfterS: 5, cause });
  });

  it("of a job that is not there names the job", () => expect(noSuchJob("j").message).toBe("there is no job j"));
});
