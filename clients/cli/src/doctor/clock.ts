/**
 * How far this machine's clock is from the server's, from the `Date` of an answer. What is within the time that the question
 * took, and the whole seconds that `Date` has, is no difference.
 *
 * @param askedMs epoch ms on this machine, before the request @param answeredMs after it
 * @returns ms; positive: this machine is ahead. `undefined`: the answer does not say
 * @see RFC 9110 section 6.6.1
 */
export function clockOffMs(date: string | null, askedMs: number, answeredMs: number): number | undefined {
  const serverMs = Date.parse(date ?? "");
  if (Number.isNaN(serverMs)) return undefined;
  if (answeredMs < serverMs) return answeredMs - serverMs;
  const latestMs = serverMs + 1_000;
  return askedMs > latestMs ? askedMs - latestMs : 0;
}
