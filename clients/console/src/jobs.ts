import type { Job, JobStatus, JobSummary } from "../../sdk/src/types.ts";

/** What of a job's receivers stands in its bar, in this order. */
export const OUTCOMES = ["Sent", "Failed", "Unknown", "Canceled", "Pending"] as const;
export type Tally = Job["Tally"];

export type Action = "pause" | "resume" | "cancel" | "retry";

const ALLOWED: Readonly<Record<Action, readonly JobStatus[]>> = {
  pause: ["scheduled", "running"],
  resume: ["paused"],
  cancel: ["awaiting-list", "importing", "scheduled", "running", "paused"],
  retry: ["done", "canceled", "expired"],
};

/** What a job allows in its state. A retry needs somebody whom it could try again. */
export function actionsOf({ Status, Tally }: Pick<Job, "Status" | "Tally">): readonly Action[] {
  const hasFailed = Tally.Failed + Tally.Unknown > 0;
  return (Object.keys(ALLOWED) as Action[]).filter(
    (action) => ALLOWED[action].includes(Status) && (action !== "retry" || hasFailed),
  );
}

export const doneOf = ({ Sent, Failed, Unknown, Canceled }: Tally): number => Sent + Failed + Unknown + Canceled;

/** When a job that runs will be through, epoch ms; `undefined` where nobody can say. */
export function finishMs({ Status, EstimatedSeconds }: Pick<Job, "Status" | "EstimatedSeconds">, nowMs: number) {
  return Status === "running" && EstimatedSeconds !== undefined ? nowMs + EstimatedSeconds * 1000 : undefined;
}

/** How a job is called on the page. */
export const nameOf = ({ Label, JobId }: Pick<JobSummary, "Label" | "JobId">): string => Label ?? JobId;

/** How often each code stands in some outcomes, most first. */
export function countCodes(
  outcomes: readonly Readonly<{ Status: string; Code?: string }>[],
): readonly Readonly<{ status: string; code: string; count: number }>[] {
  const byCode = Map.groupBy(outcomes, ({ Status, Code = "" }) => `${Status} ${Code}`);
  return [...byCode]
    .map(([key, some]) => {
      const [status = "", code = ""] = key.split(" ");
      return { status, code, count: some.length };
    })
    .sort((a, b) => b.count - a.count || a.code.localeCompare(b.code));
}
