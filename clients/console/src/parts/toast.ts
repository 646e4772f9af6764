import { useEffect, useState } from "preact/hooks";
import { html } from "../html.ts";

const SHOWN_MS = 6_000;

/** What was done, said once by a screen reader and shown for a moment. */
export function Toast({ told }: Readonly<{ told: Readonly<{ text: string; n: number }> }>) {
  const [shown, setShown] = useState("");
  useEffect(() => {
    setShown(told.text);
    const timer = setTimeout(() => setShown(""), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [told.n]);
  return html`<div class=${`toast ${shown === "" ? "" : "on"}`} role="status" aria-live="polite">${shown}</div>`;
}
