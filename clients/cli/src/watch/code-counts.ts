import type { Volley } from "../../../sdk/src/client.ts";

/** How many outcomes have which code, by status; the most first. */
export type CodeCounts = readonly Readonly<{
  status: "failed" | "unknown";
  codes: readonly Readonly<{ code: string; count: number }>[];
}>[];

/** Outcomes that are read of each status: what the reasons are is plain from these. */
const MAX_READ = 100_000;

/** Read the reasons of all who failed or of whom it is unknown. While the job runs the index may be seconds behind. */
export async function readCodeCounts(
  jobs: Volley["jobs"],
  id: string,
  statuses: readonly ("failed" | "unknown")[],
  signal: AbortSignal,
): Promise<CodeCounts> {
  const counted = await Promise.all(
    statuses.map(async (status) => {
      const counts = new Map<string, number>();
      let read = 0;
      for await (const { Code = "?" } of jobs.outcomes(id, { Status: status, signal })) {
        counts.set(Code, (counts.get(Code) ?? 0) + 1);
        if (++read >= MAX_READ) break;
      }
      const codes = [...counts].map(([code, count]) => ({ code, count })).toSorted((a, b) => b.count - a.count);
      return { status, codes };
    }),
  );
  return counted.filter(({ codes }) => codes.length > 0);
}
