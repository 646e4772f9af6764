import { type Connection, connect, dataOf } from "./connect.ts";
import { jobsOn } from "./jobs.ts";
import { quotaOn } from "./quota.ts";
import type { Call } from "./types.ts";

export type { Connection } from "./connect.ts";
export type { OfAccount } from "./quota.ts";
export type {
  Accepted,
  DryRun,
  Id,
  Job,
  JobStatus,
  JobSummary,
  Outcome,
  Quota,
  QuotaChange,
  Reservation,
  ReservationRequest,
  Send,
  SendFile,
} from "./types.ts";
export { type Fault, VolleyError } from "./volley-error.ts";
export { hasEnded } from "./wait.ts";

export type Volley = ReturnType<typeof volley>;

/**
 * A client of Volley.
 *
 * @example
 * const { jobs } = volley({ url: "http://127.0.0.1:3000" });
 * const { JobId } = await jobs.send({ AppId: 666675, Sender: 10001, Receiver: [42], MsgType: 10001, Content: "hi" });
 * const { Tally } = await jobs.wait(JobId);
 */
export function volley(connection: Connection) {
  const http = connect(connection);
  return {
    jobs: jobsOn(http),

    quota: quotaOn(http),

    /** Whether anybody is there. Asks for no key. @throws {VolleyError | SyntaxError} if it is somebody else */
    async health({ signal }: Call = {}): Promise<void> {
      const { Status } = await dataOf(http.GET("/health", signal ? { signal } : {}));
      if (Status !== "ok") throw new SyntaxError("the answer is not Volley's");
    },
  };
}
