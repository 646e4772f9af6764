import type { ComponentChildren } from "preact";
import { usePage } from "../context.ts";
import { failureOf } from "../failure.ts";
import { toTime } from "../format.ts";
import { html } from "../html.ts";
import * as PAGE from "../text/page.ts";
import type { Polled } from "../use-poll.ts";

/** There is nothing, and that is no fault. */
export function Empty({ title, children }: Readonly<{ title: string; children?: ComponentChildren }>) {
  return html`<div class="empty"><p class="empty-title">${title}</p>${children}</div>`;
}

/** What came of a request that a reader made. Faults that belong to no field are listed. */
export function Refusal({ error }: Readonly<{ error: unknown }>) {
  const { say } = usePage();
  const failure = failureOf(error);
  if (failure.kind === "lost") return html`<p class="notice bad" role="alert"><b>${say(PAGE.lostTitle)}</b></p>`;
  if (failure.kind === "unauthorized") return null;
  return html`<div class="notice bad" role="alert">
    <b>${say(PAGE.refusedTitle, failure.status)}</b> ${failure.detail}
    ${
      failure.faults.length > 0 &&
      html`<ul>${failure.faults.map(({ pointer, detail }) => html`<li><code>${pointer}</code> ${detail}</li>`)}</ul>`
    }
  </div>`;
}

/** In place of what could not be loaded: a lost connection is said once, above the view. */
export function Pending({ polled }: Readonly<{ polled: Polled<unknown> }>) {
  const { say } = usePage();
  if (polled.error === undefined) return html`<p class="loading" role="status">${say(PAGE.loading)}</p>`;
  return failureOf(polled.error).kind === "lost" ? null : html`<${Refusal} error=${polled.error} />`;
}

/** Above every view: the connection is gone, and of when it is what is still shown. */
export function Connection({ polled, nowMs }: Readonly<{ polled: Polled<unknown>; nowMs: number }>) {
  const { say, lang } = usePage();
  const isLost = polled.error !== undefined && failureOf(polled.error).kind === "lost";
  const { atMs } = polled;
  return html`<div role="status">
    ${
      isLost &&
      html`<p class="notice lost">
        <span><b>${say(PAGE.lostTitle)}</b>
        ${" "}${atMs === undefined ? say(PAGE.lostNever) : say(PAGE.lostSince, toTime(atMs, nowMs, lang))}</span>
        <button type="button" onClick=${polled.refresh}>${say(PAGE.retryNow)}</button>
      </p>`
    }
  </div>`;
}
