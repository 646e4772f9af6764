import { useRef, useState } from "preact/hooks";
import { usePage } from "../context.ts";
import { failureOf } from "../failure.ts";
import { byField } from "../faults.ts";
import { toCount } from "../format.ts";
import { html } from "../html.ts";
import { changedLimits, LIMITS, type LimitChange, limitsOf, type QuotaAnswer } from "../quota.ts";
import * as QUOTA from "../text/quota.ts";
import * as SEND from "../text/send.ts";
import { Dialog } from "./dialog.ts";
import { type Faults, Field, focusFirstFault } from "./field.ts";
import { Refusal } from "./notice.ts";

/** The limits of an account, to be changed without a deploy. Only what is changed is sent. */
export function Limits({ quota, appId }: Readonly<{ quota: QuotaAnswer; appId: string | undefined }>) {
  const { api, say, lang, tell, quota: polled } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [faults, setFaults] = useState<Faults>();
  const [error, setError] = useState<unknown>();
  const [asked, setAsked] = useState<LimitChange>();
  const now = limitsOf(quota);

  function ask(event: Event): void {
    event.preventDefault();
    setError(undefined);
    const { change, faults: wrong } = changedLimits(now, texts);
    const told = new Map(wrong.map((name) => [`/${name}`, [say(SEND.number)]] as const));
    setFaults(told);
    if (told.size > 0) focusFirstFault(form.current);
    else if (Object.keys(change).length > 0) setAsked(change);
  }

  /** What the API refuses stands beside its field, so the question is closed. */
  async function act(change: LimitChange): Promise<void> {
    try {
      await api.changeQuota(change, appId);
      setTexts({});
      tell(say(QUOTA.didChange));
      polled.refresh();
    } catch (failed) {
      const failure = failureOf(failed);
      if (failure.kind !== "refused" || failure.faults.length === 0) throw failed;
      const found = byField(
        failure.faults,
        LIMITS.map((one) => `/${one}`),
      );
      setFaults(found);
      if (found.has("")) setError(failed);
      focusFirstFault(form.current);
    }
  }

  const shown = (value: number | null | undefined) => (value == null ? say(QUOTA.none) : toCount(value, lang));
  return html`<section class="card">
    <h2>${say(QUOTA.limits)}</h2>
    <p class="lead">${say(QUOTA.limitsLead)}</p>
    <form ref=${form} onSubmit=${ask} novalidate>
      ${error !== undefined && html`<${Refusal} error=${error} />`}
      <div class="fields">
        ${LIMITS.map(
          (name) => html`<${Field} key=${name} name=${`/${name}`} label=${say(QUOTA.LIMIT[name])} faults=${faults}>
            <input inputmode="numeric" autocomplete="off" placeholder=${say(QUOTA.none)}
              value=${texts[name] ?? String(now[name] ?? "")}
              onInput=${(event: Event) => setTexts({ ...texts, [name]: (event.currentTarget as HTMLInputElement).value })} />
          </${Field}>`,
        )}
      </div>
      <div class="buttons"><button class="primary">${say(QUOTA.change)}</button></div>
    </form>
    ${
      asked &&
      html`<${Dialog} title=${say(QUOTA.changeAsk)} confirm=${say(QUOTA.change)} onConfirm=${() => act(asked)} onClose=${() => setAsked(undefined)}>
        <ul class="changes">${Object.entries(asked).map(
          ([name, value]) => html`<li><span>${say(QUOTA.LIMIT[name as (typeof LIMITS)[number]])}</span>
            <span class="num">${shown(now[name as (typeof LIMITS)[number]])} → <b>${shown(value)}</b></span></li>`,
        )}</ul>
      </${Dialog}>`
    }
  </section>`;
}
