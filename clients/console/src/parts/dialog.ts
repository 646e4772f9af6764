import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { usePage } from "../context.ts";
import { failureOf } from "../failure.ts";
import { html } from "../html.ts";
import * as PAGE from "../text/page.ts";
import { Refusal } from "./notice.ts";

type Given = Readonly<{
  title: string;
  children?: ComponentChildren;
  confirm: string;
  isDanger?: boolean;
  onConfirm: () => Promise<unknown>;
  onClose: () => void;
}>;

/** Asks before something is done. Closed by Escape as well; the focus goes back to where it was. */
export function Dialog({ title, children, confirm, isDanger = false, onConfirm, onClose }: Given) {
  const { say, onUnauthorized } = usePage();
  const element = useRef<HTMLDialogElement>(null);
  const [isBusy, setBusy] = useState(false);
  const [error, setError] = useState<unknown>();
  useEffect(() => {
    const before = document.activeElement;
    element.current?.showModal();
    return () => (before instanceof HTMLElement && before.isConnected ? before.focus() : undefined);
  }, []);

  async function act(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setError(undefined);
    try {
      await onConfirm();
      onClose();
    } catch (failed) {
      const failure = failureOf(failed);
      if (failure.kind === "unauthorized") onUnauthorized(failure.detail);
      setError(failed);
      setBusy(false);
    }
  }

  return html`<dialog ref=${element} aria-labelledby="dialog-title" onClose=${onClose}>
    <form onSubmit=${act}>
      <h2 id="dialog-title">${title}</h2>
      ${children}
      ${error !== undefined && html`<${Refusal} error=${error} />`}
      <div class="buttons">
        <button type="button" onClick=${onClose}>${say(PAGE.cancel)}</button>
        <button class=${isDanger ? "danger" : "primary"} disabled=${isBusy}>${confirm}</button>
      </div>
    </form>
  </dialog>`;
}
