import { describe, expect, it } from "vitest";
import { retryAfterMs } from "../../lib/volcengine/retry-after.ts";

const NOW = Date.UTC(2024, 4, 15, 8, 3, 13);
const DATE = "Wed, 15 May 2024 08:03:20 GMT"; // the server is 7 s ahead

describe("retryAfterMs", () => {
  it.each([
    { given: undefined, want: undefined },
    { given: "", want: undefined },
    { given: "0", want: 0 },
    { given: " 30 ", want: 30_000 },
    { given: "301", want: 300_000 },
    { given: "9".repeat(400), want: 300_000 },
    { given: "-5", want: undefined },
    { given: "1.5", want: undefined },
    { given: "soon", want: undefined },
    { given: "2024-05-15T08:04:20Z", want: undefined },
    { given: "Wed, 15 May 2024 08:04:20 GMT", want: 60_000 },
    { given: "Wednesday, 15-May-24 08:04:20 GMT", want: 60_000 },
    { given: "Wed May 15 08:04:20 2024 GMT", want: 60_000 },
    { given: "Wed, 15 May 2024 08:00:00 GMT", want: 0 },
    { given: "Wed, 15 May 2030 08:00:00 GMT", want: 300_000 },
  ])("reads $given as $want ms", ({ given, want }) => {
    expect(retryAfterMs(given, DATE, NOW)).toBe(want);
  });

  it("counts by our clock where the answer has no date", () => {
    expect(retryAfterMs("Wed, 15 May 2024 08:04:13 GMT", undefined, NOW)).toBe(60_000);
  });
});
