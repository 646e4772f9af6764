import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { connectTo } from "./api.ts";
import { type Page, PageProvider } from "./context.ts";
import { keepSample, type Sample } from "./gauge.ts";
import { html } from "./html.ts";
import { SPAN_MS } from "./parts/gauge-chart.ts";
import { Connection } from "./parts/notice.ts";
import { Toast } from "./parts/toast.ts";
import { TopBar } from "./parts/top-bar.ts";
import { type Route, readRoute } from "./route.ts";
import { keepKey, keepLanguage, type Language, readKey, readLanguage } from "./session.ts";
import * as JOB from "./text/job.ts";
import * as PAGE from "./text/page.ts";
import { sayIn, TAGS } from "./text/text.ts";
import { usePoll } from "./use-poll.ts";
import { Job } from "./views/job.ts";
import { Jobs } from "./views/jobs.ts";
import { Login } from "./views/login.ts";
import { Quota } from "./views/quota.ts";
import { Send } from "./views/send.ts";

/** The page: the login without a key, else what the address says. */
export function App() {
  const [key, setKey] = useState(readKey);
  const [notice, setNotice] = useState<string>();
  const [language, setLanguage] = useState(readLanguage);
  const say = useMemo(() => sayIn(language), [language]);
  useEffect(() => {
    document.documentElement.lang = TAGS[language];
    if (key === undefined) document.title = `${say(PAGE.loginTitle)} · ${say(PAGE.title)}`;
  }, [language, key]);

  const enter = (given: string | undefined, why?: string): void => {
    keepKey(given);
    setKey(given);
    setNotice(why);
  };
  const speak = (chosen: Language): void => {
    keepLanguage(chosen);
    setLanguage(chosen);
  };
  const bar = { say, language, onLanguage: speak };
  if (key === undefined) {
    return html`<${TopBar} ...${bar} /><${Login} say=${say} language=${language} notice=${notice} onKey=${enter} />`;
  }
  return html`<${Views} key=${key} clientKey=${key} ...${bar} onEnd=${(why?: string) => enter(undefined, why)} />`;
}

type Given = Readonly<{
  clientKey: string;
  say: Page["say"];
  language: Language;
  onLanguage: (language: Language) => void;
  onEnd: (why?: string) => void;
}>;

/** Whoever is logged in sees one of the views, and in the head of each how the quota is. */
function Views({ clientKey, say, language, onLanguage, onEnd }: Given) {
  const route = useRoute();
  const [told, setTold] = useState<Readonly<{ text: string; n: number }>>({ text: "", n: 0 });
  const [samples, setSamples] = useState<readonly Sample[]>([]);
  const api = useMemo(() => connectTo(location.origin, clientKey, language), [clientKey, language]);
  const onUnauthorized = (): void => onEnd(say(PAGE.loginEnded));
  const appId = route.name === "quota" ? route.appId : undefined;
  const quota = usePoll(`quota ${appId}`, (signal) => api.quota(appId, signal), { onUnauthorized });
  useEffect(() => {
    const { data, atMs } = quota;
    if (!data || atMs === undefined) return;
    setSamples((before) => keepSample(before, { atMs, used: data.Used, reserved: data.ReservedAhead }, SPAN_MS));
  }, [quota.atMs]);
  useEffect(() => setSamples([]), [appId]);
  useTitleAndFocus(route, say);

  const tell = (text: string): void => setTold(({ n }) => ({ text, n: n + 1 }));
  const page: Page = { api, say, lang: TAGS[language], tell, onUnauthorized, quota, samples };
  return html`<${PageProvider} value=${page}>
    <${TopBar} say=${say} language=${language} onLanguage=${onLanguage} route=${route} quota=${quota.data} onLogout=${() => onEnd()} />
    <main id="main">
      <${Connection} polled=${quota} nowMs=${Date.now()} />
      ${viewOf(route)}
    </main>
    <${Toast} told=${told} />
  </${PageProvider}>`;
}

function viewOf(route: Route) {
  if (route.name === "job") return html`<${Job} key=${route.id} id=${route.id} user=${route.user} />`;
  if (route.name === "quota") return html`<${Quota} appId=${route.appId} />`;
  return route.name === "send" ? html`<${Send} />` : html`<${Jobs} filter=${route.filter} />`;
}

function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const onHash = (): void => setHash(location.hash);
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);
  return useMemo(() => readRoute(hash), [hash]);
}

/** Another view is another page to whoever hears it: it has a title, and begins at its heading. */
function useTitleAndFocus(route: Route, say: Page["say"]): void {
  const name = route.name === "job" ? say(JOB.jobOf, route.id) : say(PAGE.VIEW[route.name]);
  const place = route.name === "job" ? route.id : route.name;
  const before = useRef(place);
  useEffect(() => {
    document.title = `${name} · ${say(PAGE.title)}`;
    if (before.current === place) return;
    before.current = place;
    scrollTo(0, 0);
    document.querySelector<HTMLElement>("main h1")?.focus({ preventScroll: true });
  }, [name, place]);
}
