import { useRef, useState } from "preact/hooks";
import { connectTo } from "../api.ts";
import { failureOf } from "../failure.ts";
import { html } from "../html.ts";
import { Field, focusFirstFault } from "../parts/field.ts";
import type { Language } from "../session.ts";
import * as PAGE from "../text/page.ts";
import type { Say } from "../text/text.ts";

type Given = Readonly<{ say: Say; language: Language; notice?: string | undefined; onKey: (key: string) => void }>;

/** Asks for the key, and tries it before it is kept. */
export function Login({ say, language, notice, onKey }: Given) {
  const form = useRef<HTMLFormElement>(null);
  const [fault, setFault] = useState<string>();
  const [isBusy, setBusy] = useState(false);
  const [isLost, setLost] = useState(false);

  const refuse = (text: string): void => {
    setFault(text);
    focusFirstFault(form.current);
  };

  async function enter(event: Event): Promise<void> {
    event.preventDefault();
    const key = String(new FormData(event.currentTarget as HTMLFormElement).get("key") ?? "").trim();
    setLost(false);
    if (key === "") return refuse(say(PAGE.loginMissing));
    setFault(undefined);
    setBusy(true);
    try {
      await connectTo(location.origin, key, language).quota();
      onKey(key);
    } catch (error) {
      const failure = failureOf(error);
      setBusy(false);
      if (failure.kind === "lost") setLost(true);
      else if (failure.kind === "refused" && failure.faults.length > 0)
        onKey(key); // known; the quota asks for an AppId
      else refuse(say(PAGE.loginRefused, failure.detail));
    }
  }

  const faults = fault === undefined ? undefined : new Map([["key", [fault]]]);
  return html`<main id="main" class="login">
    <form class="card" ref=${form} onSubmit=${enter} novalidate>
      <h1 tabindex="-1">${say(PAGE.loginTitle)}</h1>
      ${notice !== undefined && html`<p class="notice warn" role="alert">${notice}</p>`}
      <p class="lead">${say(PAGE.loginLead)}</p>
      <${Field} name="key" label=${say(PAGE.loginKey)} faults=${faults}>
        <input type="password" autocomplete="off" spellcheck="false" class="mono" required />
      </${Field}>
      ${isLost && html`<p class="notice bad" role="alert">${say(PAGE.lostTitle)}</p>`}
      <button class="primary" disabled=${isBusy}>${say(isBusy ? PAGE.loginChecking : PAGE.loginSubmit)}</button>
    </form>
  </main>`;
}
