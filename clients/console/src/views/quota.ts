import { useState } from "preact/hooks";
import type { Fault } from "../../../sdk/src/volley-error.ts";
import { usePage } from "../context.ts";
import { failureOf } from "../failure.ts";
import { byField } from "../faults.ts";
import { toCount, toDuration, toTime } from "../format.ts";
import { html } from "../html.ts";
import { Dialog } from "../parts/dialog.ts";
import { Field } from "../parts/field.ts";
import { GaugeChart } from "../parts/gauge-chart.ts";
import { History } from "../parts/history.ts";
import { Lanes } from "../parts/lanes.ts";
import { Limits } from "../parts/limits.ts";
import { Pending } from "../parts/notice.ts";
import { isPaused, type LimitChange, type QuotaAnswer, quotaState } from "../quota.ts";
import { toHash } from "../route.ts";
import * as JOB from "../text/job.ts";
import * as PAGE from "../text/page.ts";
import * as QUOTA from "../text/quota.ts";
import { sayWord } from "../text/text.ts";

/** The quota of an account: how much is used, what waits, what holds it, and the knobs. */
export function Quota({ appId }: Readonly<{ appId?: string | undefined }>) {
  const { say, lang, quota: polled, samples } = usePage();
  const quota = polled.data;
  const failure = polled.error === undefined ? undefined : failureOf(polled.error);
  const faults = failure?.kind === "refused" ? byField(failure.faults.map(asOfApp), ["?AppId"]) : undefined;
  const wantsApp = faults?.has("?AppId") || appId !== undefined;
  return html`
    <div class="head">
      <h1 tabindex="-1">${say(PAGE.VIEW.quota)}</h1>
      ${quota && html`<${StateMark} quota=${quota} />`}
      ${quota && html`<${PauseAll} quota=${quota} appId=${appId} />`}
    </div>
    ${wantsApp && html`<${AppForm} appId=${appId} faults=${faults} />`}
    ${quota === undefined && !faults?.has("?AppId") && html`<${Pending} polled=${polled} />`}
    ${
      quota &&
      html`<section class="card">
        <div class="figures">
          <p class="big">${toCount(quota.Used, lang)} <small>${say(QUOTA.of, toCount(quota.Quota, lang))}</small></p>
          <p class="why">${why(quota, say, lang)}</p>
        </div>
        <${GaugeChart} quota=${quota} samples=${samples} />
      </section>
      <div class="columns">
        <div><${Lanes} quota=${quota} /><${Changes} quota=${quota} /></div>
        <${Limits} key=${quota.Account} quota=${quota} appId=${appId} />
      </div>`
    }`;
}

type Say = ReturnType<typeof usePage>["say"];

/** Where accounts have a quota each, an app of it names one as well. */
const asOfApp = (fault: Fault): Fault => (fault.pointer === "?Account" ? { ...fault, pointer: "?AppId" } : fault);

/** Why it sends, or does not. */
function why(quota: QuotaAnswer, say: Say, lang: string): string {
  const window = toDuration(quota.WindowSeconds, lang);
  const state = quotaState(quota);
  const time = (at = "") => toTime(Date.parse(at), Date.now(), lang);
  if (state === "paused") return say(QUOTA.pausedWhy, time(quota.PausedAt));
  if (state === "held") {
    const reason = quota.HeldWhy === undefined ? "" : sayWord(say, QUOTA.HELD_WHY, quota.HeldWhy);
    return `${reason} ${say(QUOTA.heldWhy, time(quota.HeldUntil))}`;
  }
  if (state === "slowed") return say(QUOTA.slowedWhy, toCount(quota.Capacity, lang), toCount(quota.Quota, lang));
  return state === "idle" ? say(QUOTA.idleWhy, window) : say(QUOTA.sendingWhy);
}

function StateMark({ quota }: Readonly<{ quota: QuotaAnswer }>) {
  const { say } = usePage();
  const state = quotaState(quota);
  return html`<span class=${`state quota-${state}`}><i aria-hidden="true"></i>${say(QUOTA.QUOTA_STATE[state])}</span>`;
}

function PauseAll({ quota, appId }: Readonly<{ quota: QuotaAnswer; appId: string | undefined }>) {
  const { api, say, tell, quota: polled } = usePage();
  const [asked, setAsked] = useState<"pause" | "resume">(); // the account may change while the question is open
  const action = isPaused(quota) ? "resume" : "pause";
  async function act(chosen: "pause" | "resume"): Promise<void> {
    await api.steerQuota(chosen, appId);
    tell(say(QUOTA.STEERED[chosen]));
    polled.refresh();
  }
  return html`<div class="buttons actions">
    <button type="button" class=${action === "pause" ? "danger-quiet" : "primary"} onClick=${() => setAsked(action)}>${say(QUOTA.STEER[action])}</button>
    ${
      asked &&
      html`<${Dialog} title=${say(QUOTA.STEER_ASK[asked])} confirm=${say(QUOTA.STEER[asked])} isDanger=${asked === "pause"}
        onConfirm=${() => act(asked)} onClose=${() => setAsked(undefined)}><p>${say(QUOTA.STEER_BODY[asked])}</p></${Dialog}>`
    }
  </div>`;
}

/** Who turned which knob. */
function Changes({ quota }: Readonly<{ quota: QuotaAnswer }>) {
  const { say } = usePage();
  if (!quota.History?.length) return null;
  const limits = (change: LimitChange = {}) =>
    Object.entries(change).map(([name, value]) => `${sayWord(say, QUOTA.LIMIT, name)} ${value ?? "–"}`);
  const entries = quota.History.map(({ Event, Limits, ...entry }) => {
    return { ...entry, what: [sayWord(say, QUOTA.QUOTA_EVENT, Event), ...limits(Limits)].join(" · ") };
  });
  return html`<section class="card"><h2>${say(QUOTA.history)}</h2><${History} entries=${entries} /></section>`;
}

function AppForm({
  appId,
  faults,
}: Readonly<{ appId: string | undefined; faults: ReturnType<typeof byField> | undefined }>) {
  const { say } = usePage();
  function show(event: Event): void {
    event.preventDefault();
    const given = String(new FormData(event.currentTarget as HTMLFormElement).get("?AppId") ?? "").trim();
    location.hash = toHash({ name: "quota", ...(given !== "" && { appId: given }) });
  }
  return html`<form class="inline card" onSubmit=${show}>
    <${Field} name="?AppId" label=${say(JOB.FILTER.AppId)} hint=${say(QUOTA.appHint)} faults=${appId === undefined ? undefined : faults}>
      <input inputmode="numeric" defaultValue=${appId ?? ""} autocomplete="off" />
    </${Field}>
    <button>${say(QUOTA.appShow)}</button>
  </form>`;
}
