import { html } from "../html.ts";
import { type QuotaAnswer, quotaState } from "../quota.ts";
import type { Route } from "../route.ts";
import { LANGUAGES, type Language } from "../session.ts";
import type { Say } from "../text/text.ts";
import { GaugeMini } from "./gauge-chart.ts";

type Given = Readonly<{
  say: Say;
  language: Language;
  onLanguage: (language: Language) => void;
  route?: Route;
  quota?: QuotaAnswer | undefined;
  onLogout?: () => void;
}>;

const NAMES: Readonly<Record<Language, string>> = { en: "English", zh: "中文" };

/** The head of every view: where one is, whether it sends, and how the page looks and speaks. */
export function TopBar({ say, language, onLanguage, route, quota, onLogout }: Given) {
  const chosen = (event: Event) => (event.currentTarget as HTMLSelectElement).value as Language;
  const here = route?.name === "job" ? "jobs" : route?.name;
  const state = quota && quotaState(quota);
  function skip(event: Event): void {
    event.preventDefault(); // the address is a route
    document.querySelector<HTMLElement>("main h1")?.focus();
  }
  return html`<header class="top">
    <a class="skip" href="#main" onClick=${skip}>${say("skip")}</a>
    <a class="brand" href="#/jobs">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 5l9 15 9-15M8 5l4 7 4-7" /></svg>${say("title")}</a>
    ${
      route &&
      html`<nav aria-label=${say("nav")}>
        ${(["jobs", "quota", "send"] as const).map(
          (name) => html`<a href=${`#/${name}`} aria-current=${here === name ? "page" : undefined}>${say(name)}</a>`,
        )}
      </nav>`
    }
    <div class="tools">
      ${
        quota &&
        state &&
        html`<a class=${`meter quota-${state}`} href="#/quota" aria-label=${`${say("quota.state", say(`quota.${state}`))}, ${quota.Used} / ${quota.Quota}`}>
          <span class="state"><i aria-hidden="true"></i>${say(`quota.${state}`)}</span><${GaugeMini} quota=${quota} lang=${language} />
        </a>`
      }
      <select aria-label=${say("language")} value=${language} onChange=${(event: Event) => onLanguage(chosen(event))}>
        ${LANGUAGES.map((one) => html`<option value=${one} lang=${one}>${NAMES[one]}</option>`)}
      </select>
      ${onLogout && html`<button type="button" class="quiet" onClick=${onLogout}>${say("logout")}</button>`}
    </div>
  </header>`;
}
