import { describe, expect, it } from "vitest";
import { readJobRequest } from "../../lib/api/job-request.ts";
import { readJobOrUpload } from "../../lib/api/upload-request.ts";
import { Invalid } from "../../lib/domain/errors.ts";
import { requestText } from "../../lib/domain/request-identity.ts";

const base = { AppId: 1, Sender: "5", MsgType: 10001, Content: "hello" };
const bodyOf = (Options: object, more: object = { Receiver: ["1"] }): string =>
  JSON.stringify({ ...base, ...more, Options });

function faultsOf(body: string): Invalid {
  try {
    readJobOrUpload(body);
  } catch (error) {
    if (error instanceof Invalid) return error;
    throw error;
  }
  throw new Error("it was taken");
}

const WINDOW = { From: "09:00", To: "21:00", TimeZone: "Asia/Shanghai" };
const TIME = "must be a time of day such as 09:00, from 00:00 to 23:59";
const COUNT = "must be a whole number from 1 to 1000000000";
const PER_MINUTE = "must be a whole number from 1 to 2147483647";
const PERCENT = "must be a whole number from 1 to 100";

describe("what a job may ask for", () => {
  it("is read as it is meant, for a list and for an upload", () => {
    const options = {
      SendWindow: WINDOW,
      MaxPerMinute: 600,
      PauseAfterFailures: { Percent: 5, Of: 1_000 },
      Except: { Jobs: ["a", "b", "a"], Receiver: [3, "9007199254740993", 3] },
    };
    const want = {
      sendWindow: { from: "09:00", to: "21:00", timeZone: "Asia/Shanghai" },
      maxPerMinute: 600,
      pauseAfterFailures: { percent: 5, of: 1_000 },
      except: { jobs: ["a", "b", "a"], receivers: BigUint64Array.of(3n, 9007199254740993n) },
    };
    expect(readJobRequest(bodyOf(options)).options).toMatchObject(want);
    expect(readJobOrUpload(bodyOf(options, { ReceiverUpload: { Format: "txt" } })).options).toMatchObject(want);
    const late = { RefuseIfLate: true, ExpiresAt: "2026-01-31T08:00:00Z" };
    expect(readJobRequest(bodyOf(late)).options).toMatchObject({ refuseIfLate: true });
  });

  it("is left out where it is null, or false", () => {
    const none = { SendWindow: null, MaxPerMinute: null, PauseAfterFailures: null, Except: null, RefuseIfLate: false };
    expect(readJobRequest(bodyOf(none)).options).toEqual({ delivery: "at-most-once", dryRun: false });
  });

  it.each<{ when: string; options: object; want: readonly (readonly [string, string])[] }>([
    {
      when: "times that are none",
      options: { SendWindow: { From: "9:00", To: "24:00", TimeZone: "UTC" } },
      want: [
        ["SendWindow/From", TIME],
        ["SendWindow/To", TIME],
      ],
    },
    {
      when: "a window without a width",
      options: { SendWindow: { ...WINDOW, To: "09:00" } },
      want: [["SendWindow/To", "must not be the same as From"]],
    },
    {
      when: "an offset",
      options: { SendWindow: { ...WINDOW, TimeZone: "+08:00" } },
      want: [["SendWindow/TimeZone", "must be a time zone such as Europe/Berlin"]],
    },
    {
      when: "half a window",
      options: { SendWindow: { From: "09:00", Till: "21:00" } },
      want: [
        ["SendWindow/To", "is missing"],
        ["SendWindow/TimeZone", "is missing"],
        ["SendWindow/Till", "is not a field of this request"],
      ],
    },
    { when: "a window in words", options: { SendWindow: "09:00-21:00" }, want: [["SendWindow", "must be an object"]] },
    ...[0, 1.5, "60", 2 ** 31].map((MaxPerMinute) => ({
      when: `MaxPerMinute ${MaxPerMinute}`,
      options: { MaxPerMinute },
      want: [["MaxPerMinute", PER_MINUTE]] as const,
    })),
    {
      when: "a brake that never or always pulls",
      options: { PauseAfterFailures: { Percent: 0, Of: 0 } },
      want: [
        ["PauseAfterFailures/Percent", PERCENT],
        ["PauseAfterFailures/Of", COUNT],
      ],
    },
    {
      when: "more than all",
      options: { PauseAfterFailures: { Percent: 100.5, Of: 0.5 } },
      want: [
        ["PauseAfterFailures/Percent", PERCENT],
        ["PauseAfterFailures/Of", COUNT],
      ],
    },
    { when: "nobody in Except", options: { Except: {} }, want: [["Except", "must name Jobs or Receiver"]] },
    {
      when: "nobody in its lists",
      options: { Except: { Jobs: [], Receiver: [] } },
      want: [["Except", "must name Jobs or Receiver"]],
    },
    {
      when: "jobs that are none",
      options: { Except: { Jobs: ["a", 7] } },
      want: [["Except/Jobs/1", "must be the id of a job"]],
    },
    {
      when: "too many jobs",
      options: { Except: { Jobs: Array(21).fill("a") } },
      want: [["Except/Jobs", "must not name more than 20 jobs"]],
    },
    {
      when: "ids that are none",
      options: { Except: { Receiver: [1, "1e3", 0] } },
      want: [
        ["Except/Receiver/1", expect.stringContaining("must be")],
        ["Except/Receiver/2", expect.stringContaining("must be")],
      ],
    },
    {
      when: "a limit in the express lane",
      options: { Lane: "express", MaxPerMinute: 9 },
      want: [["MaxPerMinute", "must not be given with the lane express: its job is one call"]],
    },
    {
      when: "RefuseIfLate without an end",
      options: { RefuseIfLate: true },
      want: [["RefuseIfLate", "needs ExpiresAt"]],
    },
    {
      when: "RefuseIfLate in words",
      options: { RefuseIfLate: "yes" },
      want: [["RefuseIfLate", "must be true or false"]],
    },
  ])("is refused with every fault: $when", ({ options, want }) => {
    const { faults, total } = faultsOf(bodyOf(options));
    expect(faults).toEqual(want.map(([name, detail]) => ({ pointer: `/Options/${name}`, detail })));
    expect(total).toBe(want.length);
  });

  it("counts bad ids of both lists, and lists the first hundred faults", () => {
    const bad = Array(150).fill("x");
    const { faults, total } = faultsOf(bodyOf({ Except: { Receiver: bad } }, { Receiver: bad }));
    expect(total).toBe(300);
    expect(faults).toHaveLength(100);
  });

  it("says of an upload that nobody knows yet whether it will be late, and of its bad ids how many there are", () => {
    const upload = { ReceiverUpload: { Format: "txt" } };
    expect(faultsOf(bodyOf({ RefuseIfLate: true, ExpiresAt: "2026-01-31T08:00:00Z" }, upload)).faults).toEqual([
      { pointer: "/Options/RefuseIfLate", detail: expect.stringContaining("nobody knows yet how many") },
    ]);
    expect(faultsOf(bodyOf({ Except: { Receiver: Array(150).fill("x") } }, upload)).total).toBe(150);
  });

  it("is a part of what a repetition is told by", () => {
    const identity = (options: object) => requestText(readJobRequest(bodyOf(options)));
    const plain = identity({});
    const one = identity({ Except: { Jobs: ["b", "a"], Receiver: [2, "1"] } });
    expect(identity({ Except: { Receiver: ["1", 2], Jobs: ["a", "b"] } })).toBe(one);
    const others = [
      { Except: { Jobs: ["a"], Receiver: [1, 2] } },
      { Except: { Jobs: ["a", "b"], Receiver: [1] } },
      { SendWindow: WINDOW },
      { SendWindow: { ...WINDOW, To: "21:01" } },
      { MaxPerMinute: 6 },
      { PauseAfterFailures: { Percent: 5, Of: 6 } },
      { RefuseIfLate: true, ExpiresAt: "2026-01-31T08:00:00Z" },
      { ExpiresAt: "2026-01-31T08:00:00Z" },
    ].map(identity);
    expect(new Set([plain, one, ...others]).size).toBe(2 + others.length);
  });
});
