import { type Connection, connect, dataOf } from "./connect.ts";
import { jobsOn } from "./jobs.ts";
import type { Call, Quota } from "./types.ts";

export type { Connection } from "./connect.ts";
export type { Accepted, DryRun, Id, Job, JobStatus, JobSummary, Outcome, Quota, Send } from "./types.ts";
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

    /** How much of the vendor's quota is used. @param appId where each app has a quota of its own */
    quota({ appId, signal }: Call & Readonly<{ appId?: number }> = {}): Promise<Quota> {
      const params = { query: appId === undefined ? {} : { AppId: appId } };
      return dataOf(http.GET("/v1/quota", { params, ...(signal && { signal }) }));
    },
  };
}
