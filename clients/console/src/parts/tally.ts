import type { JobStatus } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import { toCount, toPercent } from "../format.ts";
import { html } from "../html.ts";
import { doneOf, OUTCOMES, type Tally } from "../jobs.ts";
import * as PAGE from "../text/page.ts";
import { sayWord } from "../text/text.ts";

/** A state in words, with a mark of its own: no colour alone says it. */
export function State({ state }: Readonly<{ state: JobStatus }>) {
  const { say } = usePage();
  return html`<span class=${`state ${state}`}><i aria-hidden="true"></i>${sayWord(say, PAGE.STATE, state)}</span>`;
}

/** What became of a receiver, marked likewise. @param status as the API has it, in lower case */
export function OutcomeMark({ status }: Readonly<{ status: string }>) {
  const { say } = usePage();
  const word = `${status[0]?.toUpperCase()}${status.slice(1)}`;
  return html`<span class="outcome"><i class=${status} aria-hidden="true"></i>${sayWord(say, PAGE.TALLY, word)}</span>`;
}

/** How a job's receivers fare, as one bar; a screen reader hears it as a sentence. */
export function TallyBar({ tally, of, isLive }: Readonly<{ tally: Tally; of: number; isLive?: boolean }>) {
  const { say, lang } = usePage();
  const parts = OUTCOMES.filter((one) => tally[one] > 0);
  const told = parts.map((one) => `${toCount(tally[one], lang)} ${say(PAGE.TALLY[one])}`).join(", ");
  const label = say(PAGE.tallyBar, toCount(doneOf(tally), lang), toCount(of, lang), told);
  return html`<div class=${`bar ${isLive ? "live" : ""}`} role="img" aria-label=${label}>
    ${parts.map((one) => html`<span class=${one.toLowerCase()} style=${{ flexGrow: tally[one] }}></span>`)}
  </div>`;
}

export function TallyLegend({ tally, of }: Readonly<{ tally: Tally; of: number }>) {
  const { say, lang } = usePage();
  return html`<dl class="legend">
    ${OUTCOMES.map(
      (one) => html`<div class=${tally[one] === 0 ? "none" : ""}>
        <dt><i class=${one.toLowerCase()} aria-hidden="true"></i>${say(PAGE.TALLY[one])}</dt>
        <dd>${toCount(tally[one], lang)}<small>${toPercent(tally[one], of, lang)}</small></dd>
      </div>`,
    )}
  </dl>`;
}
