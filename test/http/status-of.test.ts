import { describe, expect, it } from "vitest";
import * as errors from "../../lib/domain/errors.ts";
import { HttpError } from "../../lib/http/http-error.ts";
import { statusOf } from "../../lib/http/status-of.ts";

describe("statusOf", () => {
  it.each([
    { error: new errors.Malformed("there is no such route"), want: 400 },
    { error: new errors.Forbidden("there is no such route"), want: 403 },
    { error: errors.noSuchJob("x"), want: 404 },
    { error: new errors.Conflict("there is no such route"), want: 409 },
    { error: new errors.TooLate("all sending of its account is paused"), want: 409 },
    { error: new errors.Invalid("there is no such route"), want: 422 },
    { error: new errors.BadConfig("x"), want: 500 },
    { error: new errors.ListDamaged("lists/x", "short"), want: 500 },
    { error: new errors.StoreContended("x"), want: 503 },
    { error: new errors.Unavailable("x", 2), want: 503 },
    { error: new HttpError(406, "there is no such route"), want: 406 },
    { error: new TypeError("x"), want: 500 },
    { error: Object.assign(new Error("of a library"), { code: "NOT_FOUND", status: 404 }), want: 500 },
    { error: "thrown text", want: 500 },
  ])("answers $error with $want", ({ error, want }) => {
    expect(statusOf(error)).toBe(want);
  });
});
