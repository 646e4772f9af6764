import { useEffect, useRef, useState } from "preact/hooks";
import type { Outcome } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import { failureOf } from "../failure.ts";
import { toTime } from "../format.ts";
import { html } from "../html.ts";
import { isUserId } from "../receivers.ts";
import { toHash } from "../route.ts";
import * as JOB from "../text/job.ts";
import { Facts } from "./facts.ts";
import { Field, focusFirstFault } from "./field.ts";
import { Refusal } from "./notice.ts";
import { OutcomeMark } from "./tally.ts";

type Found = Readonly<{ user: string; outcome?: Outcome; error?: unknown }>;

/** What became of one receiver. Whom is asked for stands in the address. */
export function Who({ id, user }: Readonly<{ id: string; user?: string | undefined }>) {
  const { api, say, lang } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const [found, setFound] = useState<Found>();
  const [isBad, setBad] = useState(false);

  const lookUp = (wanted: string): void => {
    setBad(!isUserId(wanted));
    setFound(undefined);
    if (!isUserId(wanted)) {
      focusFirstFault(form.current);
      return;
    }
    const tell = (answer: Omit<Found, "user">): void => setFound({ user: wanted, ...answer });
    api.outcome(id, wanted).then(
      (outcome) => tell({ outcome }),
      (error) => tell({ error }),
    );
  };
  useEffect(() => {
    if (user !== undefined) lookUp(user);
  }, [id, user]);

  function submit(event: Event): void {
    event.preventDefault();
    const wanted = String(new FormData(event.currentTarget as HTMLFormElement).get("user") ?? "").trim();
    if (wanted === user || !isUserId(wanted)) lookUp(wanted);
    else location.replace(toHash({ name: "job", id, user: wanted }));
  }

  const failure = found?.error === undefined ? undefined : failureOf(found.error);
  const isMissing = failure?.kind === "refused" && failure.status === 404;
  const outcome = found?.outcome;
  const faults = isBad ? new Map([["user", [say(JOB.whoBad)]]]) : undefined;
  return html`<section class="card">
    <h2>${say(JOB.whoTitle)}</h2>
    <form class="inline" ref=${form} onSubmit=${submit} novalidate>
      <${Field} name="user" label=${say(JOB.whoLabel)} faults=${faults}>
        <input class="mono" inputmode="numeric" autocomplete="off" spellcheck="false" defaultValue=${user ?? ""} maxlength="19" />
      </${Field}>
      <button>${say(JOB.whoSubmit)}</button>
    </form>
    <div role="status">
      ${isMissing && html`<p class="notice warn">${say(JOB.whoMissing, found?.user ?? "")}</p>`}
      ${failure !== undefined && !isMissing && html`<${Refusal} error=${found?.error} />`}
      ${
        outcome &&
        html`<p class="found"><${OutcomeMark} status=${outcome.Status} />
          <span class="mono">${outcome.UserId}</span></p>
        <${Facts} facts=${[
          [say(JOB.codesCode), outcome.Code && html`<code>${outcome.Code}</code>`],
          [say(JOB.whoMessage), outcome.MessageId && html`<span class="mono">${outcome.MessageId}</span>`],
          [say(JOB.whoRequest), outcome.RequestId && html`<span class="mono">${outcome.RequestId}</span>`],
          [say(JOB.whoAt), outcome.At && toTime(Date.parse(outcome.At), Date.now(), lang)],
        ]} />
        ${outcome.MaybeTwice && html`<p class="hint">${say(JOB.whoTwice)}</p>`}`
      }
    </div>
  </section>`;
}
