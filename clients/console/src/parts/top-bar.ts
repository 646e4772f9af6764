import { html } from "../html.ts";
import { type QuotaAnswer, quotaState } from "../quota.ts";
import type { Route } from "../route.ts";
import { LANGUAGES, type Language } from "../session.ts";
import * as PAGE from "../text/page.ts";
import * as QUOTA from "../text/quota.ts";
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
    <a class="skip" href="#main" onClick=${skip}>${say(PAGE.skip)}</a>
    <a class="brand" href="#/jobs">
      <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M3 5l9 15 9-15M8 5l4 7 4-7" /></svg>${say(PAGE.title)}</a>
    ${
      route &&
      html`<nav aria-label=${say(PAGE.nav)}>
        ${(["jobs", "quota", "send"] as const).map(
          (name) =>
            html`<a href=${`#/${name}`} aria-current=${here === name ? "page" : undefined}>${say(PAGE.VIEW[name])}</a>`,
        )}
      </nav>`
    }
    <div class="tools">
      ${
        quota &&
        state &&
        html`<a class="meter" href="#/quota"><span class="hidden">${say(PAGE.VIEW.quota)}: </span>
          <span class=${`state quota-${state}`}><i aria-hidden="true"></i>${say(QUOTA.QUOTA_STATE[state])}</span><${GaugeMini} quota=${quota} lang=${language} />
        </a>`
      }
      <select aria-label=${say(PAGE.language)} value=${language} onChange=${(event: Event) => onLanguage(chosen(event))}>
        ${LANGUAGES.map((one) => html`<option value=${one} lang=${one}>${NAMES[one]}</option>`)}
      </select>
      ${onLogout && html`<button type="button" onClick=${onLogout}>${say(PAGE.logout)}</button>`}
    </div>
  </header>`;
}
