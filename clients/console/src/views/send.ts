import { useMemo, useRef, useState } from "preact/hooks";
import type { Send as Body, DryRun } from "../../../sdk/src/types.ts";
import { usePage } from "../context.ts";
import {
  DRAFT_FIELDS,
  type Draft,
  type DraftFault,
  type DraftField,
  MORE_FIELDS,
  pointerOf,
  readDraft,
  timeZone,
} from "../draft.ts";
import { failureOf } from "../failure.ts";
import { byField } from "../faults.ts";
import { toCount } from "../format.ts";
import { html } from "../html.ts";
import { Checked } from "../parts/checked.ts";
import { type Faults, Field, focusFirstFault } from "../parts/field.ts";
import { ReceiverField } from "../parts/receiver-field.ts";
import { readReceivers } from "../receivers.ts";
import { toHash } from "../route.ts";
import * as JOB from "../text/job.ts";
import * as SEND from "../text/send.ts";
import type { Say } from "../text/text.ts";

const EMPTY = Object.fromEntries(DRAFT_FIELDS.map((field) => [field, ""])) as Draft;

/** A dry run and what it was of: only that is sent, under one key. */
type Check = Readonly<{ body: Body; key: string; result: DryRun }>;

/** A form that sends: first a dry run, then what was checked. */
export function Send() {
  const { api, say, lang, tell, onUnauthorized } = usePage();
  const form = useRef<HTMLFormElement>(null);
  const [draft, setDraft] = useState<Draft>(EMPTY);
  const [faults, setFaults] = useState<Faults>(new Map());
  const [error, setError] = useState<unknown>();
  const [check, setCheck] = useState<Check>();
  const [isBusy, setBusy] = useState(false);
  const receivers = useMemo(() => readReceivers(draft.Receiver), [draft.Receiver]);

  const change = (field: DraftField, text: string): void => {
    setDraft((before) => ({ ...before, [field]: text }));
    setCheck(undefined);
  };

  /** Beside their fields; what belongs to none stays above. */
  function refuse(found: Faults, failed?: unknown): void {
    setFaults(found);
    setError(failed);
    setBusy(false);
    focusFirstFault(form.current);
  }

  async function during(work: () => Promise<void>): Promise<void> {
    setBusy(true);
    setError(undefined);
    try {
      await work();
      setBusy(false);
    } catch (failed) {
      const failure = failureOf(failed);
      if (failure.kind === "unauthorized") return onUnauthorized(failure.detail);
      const found = byField(failure.kind === "refused" ? failure.faults : [], DRAFT_FIELDS.map(pointerOf));
      setCheck(undefined);
      refuse(found, found.size === 0 || found.has("") ? failed : undefined);
    }
  }

  async function dryRun(event: Event): Promise<void> {
    event.preventDefault();
    setCheck(undefined);
    const { body, faults: own } = readDraft(draft);
    const bad = receivers.bad.map(({ line, text }) => say(SEND.bad, line, text));
    const found = own.map((fault) => [pointerOf(fault.field), sayFault(say, fault)] as const);
    const told = new Map(
      found.map(([pointer]) => [pointer, found.flatMap(([of, text]) => (of === pointer ? [text] : []))]),
    );
    if (bad.length > 0) told.set("/Receiver", bad);
    if (told.size > 0) return refuse(told);
    setFaults(told);
    await during(async () => setCheck({ body, key: crypto.randomUUID(), result: await api.check(body) }));
  }

  async function send({ body, key }: Check): Promise<void> {
    await during(async () => {
      const { JobId } = await api.send(body, key);
      tell(say(SEND.did));
      location.hash = toHash({ name: "job", id: JobId });
    });
  }

  const count = [...faults.values()].flat().length;
  const of = (field: DraftField) => ({ name: pointerOf(field), label: say(SEND.FIELD[field]), faults });
  const text = (
    field: DraftField,
    more: object = {},
  ) => html`<input value=${draft[field]} autocomplete="off" spellcheck="false"
    onInput=${(event: Event) => change(field, (event.currentTarget as HTMLInputElement).value)} ...${more} />`;
  const select = (
    field: DraftField,
    options: readonly (readonly [string, string])[],
  ) => html`<select value=${draft[field]}
    onChange=${(event: Event) => change(field, (event.currentTarget as HTMLSelectElement).value)}>
    ${options.map(([value, name]) => html`<option value=${value}>${name}</option>`)}</select>`;
  const whole = { inputmode: "numeric", required: true };
  return html`
    <div class="head"><h1 tabindex="-1">${say(SEND.title)}</h1></div>
    <form ref=${form} class="columns send" onSubmit=${dryRun} novalidate>
      <div>
        <section class="card"><h2>${say(SEND.message)}</h2>
          <div class="fields three">
            <${Field} ...${of("AppId")}>${text("AppId", whole)}</${Field}>
            <${Field} ...${of("Sender")}>${text("Sender", { ...whole, class: "mono" })}</${Field}>
            <${Field} ...${of("MsgType")}>${text("MsgType", whole)}</${Field}>
          </div>
          <${Field} ...${of("Content")} hint=${say(SEND.contentHint)}>
            <textarea rows="5" class="mono" spellcheck="false" required value=${draft.Content}
              onInput=${(event: Event) => change("Content", (event.currentTarget as HTMLTextAreaElement).value)}></textarea>
          </${Field}>
        </section>
        <${ReceiverField} receivers=${receivers} text=${draft.Receiver} faults=${faults} onText=${(given: string) => change("Receiver", given)} />
      </div>
      <div>
        <section class="card"><h2>${say(SEND.options)}</h2>
          <div class="fields">
            <${Field} ...${of("Label")}>${text("Label", { maxlength: 100 })}</${Field}>
            <${Field} ...${of("Tags")} hint=${say(SEND.tagsHint)}>${text("Tags")}</${Field}>
            <${Field} ...${of("Lane")}>${select("Lane", [
              ["", say(SEND.laneAuto)],
              ["express", say(JOB.LANE.express)],
              ["bulk", say(JOB.LANE.bulk)],
            ])}</${Field}>
            <${Field} ...${of("Delivery")}>${select("Delivery", [
              ["", say(SEND.DELIVERY["at-most-once"])],
              ["at-least-once", say(SEND.DELIVERY["at-least-once"])],
            ])}</${Field}>
            <${Field} ...${of("NotBefore")}>${text("NotBefore", { type: "datetime-local" })}</${Field}>
            <${Field} ...${of("ExpiresAt")}>${text("ExpiresAt", { type: "datetime-local" })}</${Field}>
          </div>
          <details open=${MORE_FIELDS.some((field) => faults.has(pointerOf(field)))}><summary>${say(SEND.more)}</summary>
            <div class="fields">
              ${MORE_FIELDS.map(
                (field) => html`<${Field} ...${of(field)} hint=${field.startsWith("Except") && say(SEND.idsHint)}>
                  ${
                    field === "RefuseIfLate"
                      ? select(field, [
                          ["", say(SEND.lateSend)],
                          ["true", say(SEND.lateRefuse)],
                        ])
                      : text(field, {
                          ...(/From|To$/.test(field) && { type: "time" }),
                          ...(field.endsWith("Zone") && { placeholder: timeZone() }),
                        })
                  }
                </${Field}>`,
              )}
            </div>
          </details>
        </section>
        <${Checked} check=${check?.result} isBusy=${isBusy} error=${error} count=${count}
          go=${check && say(SEND.go, toCount(check.result.Receivers, lang))} onSend=${() => check && send(check)} />
      </div>
    </form>`;
}

function sayFault(say: Say, { is, text = "" }: DraftFault): string {
  if (is === "tag") return say(SEND.tagsBad, text);
  return is === "noIds" ? say(SEND.noIds) : say(is === "missing" ? SEND.required : SEND.number);
}
