import type { Text } from "./text.ts";

/** Longer ones are refused; also how long a stored job may grow by it. */
const MAX_CHARACTERS = 2_048;

/** From here on ports belong to nobody; those below are of services that should not be spoken to (SSH, mail, …). */
const FIRST_FREE_PORT = 1_024;

/**
 * Everything that is wrong with the URL of a callback, as half-sentences; none if it may be called.
 *
 * The text is read by the URL standard alone, here and when it is called, so that both mean the same host: `0177.1`,
 * `2130706433` and `127.0.0.1` are one address. What other readers would take for another host (backslashes, white space,
 * a user's name) is refused. Addresses are refused in whatever form; whether a *name* leads to an address that may be
 * called is judged when the connection is made.
 *
 * @param hosts the client's allow-list: `example.com` is that host alone, `*.example.com` its subdomains alone
 * @param loopbackAllowed on the local stack: this machine may be named, and over http
 * @see https://url.spec.whatwg.org/#host-parsing
 */
export function callbackFaults(
  text: string,
  hosts: readonly string[],
  { loopbackAllowed }: Readonly<{ loopbackAllowed: boolean }>,
): readonly Text[] {
  const isTooLong = text.length > MAX_CHARACTERS;
  const url = URL.parse(text);
  if (url === null || !/^https?:\/\/[^/]/i.test(text))
    return wrongOf([
      [isTooLong, TOO_LONG],
      [true, NO_URL],
    ]);
  const host = plainHost(url.hostname);
  const loopback = isLoopback(host);
  const mayHttp = loopback && loopbackAllowed;
  return wrongOf([
    [isTooLong, TOO_LONG],
    [url.protocol !== "https:" && !mayHttp, NO_URL],
    [/[\s\\]/.test(text), "must have no white space and no backslash"],
    [/^[^/]*\/\/[^/?#\\]*@/.test(text), "must have no user name or password"],
    [text.includes("#"), "must have no fragment"],
    [isAddress(host) && !mayHttp, "must name a host, not an address"],
    [loopback && !isAddress(host) && !loopbackAllowed, "must not name this machine"],
    [!mayUsePort(url.port, mayHttp), `must have port 443 or one from ${FIRST_FREE_PORT}`],
    [!isListed(host, hosts), "must name a host that this client may call"],
  ]);
}

const TOO_LONG: Text = `must have at most ${MAX_CHARACTERS} characters`;
const NO_URL: Text = "must be an absolute https URL";

const wrongOf = (rules: readonly (readonly [isWrong: boolean, text: Text])[]): readonly Text[] =>
  rules.flatMap(([isWrong, text]) => (isWrong ? [text] : []));

/** A host in the one form in which hosts are compared. The dot at the end only says that the name is whole. */
export const plainHost = (hostname: string): string => hostname.toLowerCase().replace(/\.$/, "");

/** The URL standard has brought every form of an IPv4 address to four decimal parts, and put IPv6 in brackets. */
const isAddress = (host: string): boolean => /^[0-9]+(\.[0-9]+){3}$/.test(host) || host.startsWith("[");

const isLoopback = (host: string): boolean =>
  /^127(\.[0-9]+){3}$/.test(host) || host === "[::1]" || host === "localhost" || host.endsWith(".localhost");

const mayUsePort = (port: string, mayHttp: boolean): boolean =>
  port === "" ? true : Number(port) >= FIRST_FREE_PORT || port === "443" || mayHttp;

function isListed(host: string, hosts: readonly string[]): boolean {
  return hosts.some((entry) => {
    const wildcard = entry.startsWith("*.");
    const named = URL.parse(`https://${wildcard ? entry.slice(2) : entry}/`)?.hostname;
    if (named === undefined) return false;
    return wildcard ? host.endsWith(`.${plainHost(named)}`) : host === plainHost(named);
  });
}
