import { usePage } from "../context.ts";
import { toCount } from "../format.ts";
import { html } from "../html.ts";
import type { Receivers } from "../receivers.ts";
import * as JOB from "../text/job.ts";
import * as SEND from "../text/send.ts";
import { type Faults, Field } from "./field.ts";

type Given = Readonly<{ receivers: Receivers; text: string; faults: Faults; onText: (text: string) => void }>;

/** Longer texts make a browser's field slow: their first lines are shown, all of them are read. */
const SHOWN = 20_000;

/** User ids, typed, pasted, or out of a file. How many were read is said as one types. */
export function ReceiverField({ receivers, text, faults, onText }: Given) {
  const { say, lang } = usePage();
  const isLong = text.length > SHOWN;
  async function read(event: Event): Promise<void> {
    const input = event.currentTarget as HTMLInputElement;
    const file = input.files?.[0];
    if (file) onText(await file.text());
    input.value = "";
  }
  const head = isLong ? `${text.slice(0, text.lastIndexOf("\n", 2_000) + 1)}…` : text;
  const status = html`<p class="hint" role="status">
    <b>${say(SEND.read, toCount(receivers.ids.length, lang))}</b>
    ${receivers.header !== undefined && html` · ${say(SEND.header, receivers.header)}`}
  </p>`;
  return html`<section class="card">
    <div class="card-head"><h2>${say(SEND.to)}</h2>
      <span class="buttons">
        ${isLong && html`<button type="button" class="small" onClick=${() => onText("")}>${say(JOB.filterClear)}</button>`}
        <label class="button small file">${say(SEND.file)}<input type="file" accept=".csv,.tsv,.txt,text/csv,text/plain" onChange=${read} /></label>
      </span></div>
    <${Field} name="/Receiver" label=${say(SEND.FIELD.Receiver)} hint=${say(SEND.receiverHint)} faults=${faults} after=${status}>
      <textarea rows="9" class="mono" spellcheck="false" required readonly=${isLong} value=${head}
        onInput=${(event: Event) => onText((event.currentTarget as HTMLTextAreaElement).value)}></textarea>
    </${Field}>
  </section>`;
}
