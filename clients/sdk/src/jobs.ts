import { dataOf, type Http } from "./connect.ts";
import { outcomesIn, outcomeText } from "./outcomes.ts";
import { toJson } from "./to-json.ts";
import type {
  Accepted,
  Awaiting,
  Call,
  DryRun,
  Job,
  JobList,
  JobQuery,
  JobSummary,
  KeyedCall,
  Outcome,
  OutcomeQuery,
  Send,
  SendFile,
} from "./types.ts";
import { type WaitOptions, waitFor } from "./wait.ts";

/** What can be done with jobs. Every function throws {@link VolleyError} for an answer that is no success. */
export function jobsOn(http: Http) {
  const of = (JobId: string, { signal }: Call = {}) => ({ params: { path: { JobId } }, ...(signal && { signal }) });

  return {
    /**
     * Send a message. Without a key of its own the call draws one, so that no try of it makes a second job.
     *
     * @throws {RangeError} for an id that is a number past 2^53
     */
    async send(body: Send, call: KeyedCall = {}): Promise<Accepted> {
      const answer = await post(toJson(body), { idempotencyKey: crypto.randomUUID(), ...call });
      if ("JobId" in answer && "Receivers" in answer) return answer;
      throw new TypeError("jobs.check asks for a dry run, jobs.sendFile sends a file, jobs.send makes a job");
    },

    /**
     * Send a message to everybody in a file. The job goes on by itself once the file is there.
     *
     * @throws {Error} if the file is not taken: the same call with the same key goes on where this one ended
     */
    async sendFile(body: SendFile, file: Blob, call: KeyedCall = {}): Promise<Awaiting> {
      const answer = await post(toJson(body), { idempotencyKey: crypto.randomUUID(), ...call });
      if (!("JobId" in answer) || "Receivers" in answer) throw new TypeError("this request takes no file");
      if (answer.Upload) await upload(answer.Upload, file, call);
      return answer;
    },

    /** Check a request and count its receivers; nothing is made. */
    async check(body: Send, call: Call = {}): Promise<DryRun> {
      const answer = await post(toJson({ ...body, Options: { ...body.Options, ...{ DryRun: true } } }), call);
      if ("DryRun" in answer) return answer;
      throw new TypeError("a dry run made a job");
    },

    get(id: string, call?: Call): Promise<Job> {
      return dataOf(http.GET("/v1/jobs/{JobId}", of(id, call)));
    },

    /** Your jobs, newest first, page after page. */
    async *list({ signal, ...query }: JobQuery & Call = {}): AsyncGenerator<JobSummary, void> {
      let cursor: string | undefined;
      do {
        const params = { query: { ...query, ...(cursor !== undefined && { Cursor: cursor }) } };
        const page: JobList = await dataOf(http.GET("/v1/jobs", { params, ...(signal && { signal }) }));
        yield* page.Jobs;
        cursor = page.Cursor;
      } while (cursor !== undefined);
    },

    outcome(id: string, userId: string | bigint, { signal }: Call = {}): Promise<Outcome> {
      const params = { path: { JobId: id, UserId: String(userId) } };
      return dataOf(http.GET("/v1/jobs/{JobId}/outcomes/{UserId}", { params, ...(signal && { signal }) }));
    },

    /** The outcome of every receiver, in ascending order. */
    outcomes(id: string, query: OutcomeQuery & Call = {}): AsyncGenerator<Outcome, void> {
      return outcomesIn(outcomeText(http, id, "application/x-ndjson", query));
    },

    /** The same as one CSV text, in pieces. */
    outcomesCsv(id: string, query: OutcomeQuery & Call = {}): AsyncGenerator<string, void> {
      return outcomeText(http, id, "text/csv", query);
    },

    /** The same as one NDJSON text, in pieces. */
    outcomesNdjson(id: string, query: OutcomeQuery & Call = {}): AsyncGenerator<string, void> {
      return outcomeText(http, id, "application/x-ndjson", query);
    },

    pause(id: string, call?: Call): Promise<JobSummary> {
      return dataOf(http.POST("/v1/jobs/{JobId}/pause", of(id, call)));
    },

    resume(id: string, call?: Call): Promise<JobSummary> {
      return dataOf(http.POST("/v1/jobs/{JobId}/resume", of(id, call)));
    },

    cancel(id: string, call?: Call): Promise<JobSummary> {
      return dataOf(http.POST("/v1/jobs/{JobId}/cancel", of(id, call)));
    },

    /** A new job of the receivers that failed. `include`: also of those of whom it is unknown; they may get it twice. */
    retry(
      id: string,
      { include = [], ...call }: KeyedCall & { include?: readonly "unknown"[] } = {},
    ): Promise<Accepted> {
      const { params, ...rest } = of(id, call);
      const headed = { ...rest, params: { ...params, ...keyed(call) }, body: { Include: [...include] } };
      return dataOf(http.POST("/v1/jobs/{JobId}/retry", headed));
    },

    /** The job once it has ended, or once `until` holds. */
    wait(id: string, options: WaitOptions = {}): Promise<Job> {
      return waitFor(() => dataOf(http.GET("/v1/jobs/{JobId}", of(id, options))), options);
    },
  };

  function post(text: string, call: KeyedCall): Promise<Accepted | Awaiting | DryRun> {
    const { signal } = call;
    const asked = http.POST("/v1/jobs", {
      params: keyed(call),
      headers: { "content-type": "application/json" },
      // Written already: ids as numbers would not be exact.
      body: text as never,
      bodySerializer: (body: unknown) => body,
      ...(signal && { signal }),
    });
    return dataOf<Accepted | Awaiting | DryRun>(asked);
  }
}

/** The form that the link is for: its fields first, the file last. @see Amazon S3 API, POST Object */
async function upload({ Url, Fields }: NonNullable<Awaiting["Upload"]>, file: Blob, { signal }: Call): Promise<void> {
  const form = new FormData();
  for (const [name, value] of Object.entries(Fields)) form.set(name, value);
  form.set("file", file);
  const reply = await fetch(Url, { method: "POST", body: form, ...(signal && { signal }) });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`the file was not taken: ${reply.status} ${text.slice(0, 200)}`);
}

const keyed = ({ idempotencyKey }: KeyedCall) =>
  idempotencyKey === undefined ? {} : { header: { "Idempotency-Key": idempotencyKey } };
