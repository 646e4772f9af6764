/**
 * The hours in which a job may send: open while the clock on the wall of `timeZone` shows `from` or later, and not yet `to`.
 * Where `to` is the earlier of the two the window goes over midnight.
 */
export type SendWindow = Readonly<{
  /** `09:00`, from `00:00` to `23:59`; the two differ. */
  from: string;
  to: string;
  /** A name of the IANA Time Zone Database, such as `Europe/Berlin`. */
  timeZone: string;
}>;

const DAY_MS = 86_400_000;
const TIME_OF_DAY = /^(?:[01]\d|2[0-3]):[0-5]\d$/;
/** Of a zone: offsets change twice a year, and never twice within a day. */
const MOST_CHANGES = 10;

export const isTimeOfDay = (text: string): boolean => TIME_OF_DAY.test(text);

/** A name, not an offset such as `+08:00`, which ECMAScript takes too. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** Whether the window is open at `atMs`, epoch ms. When clocks go back a time of day comes twice, and is open twice. */
export function isOpen({ from, to, timeZone }: SendWindow, atMs: number): boolean {
  const sinceFromMs = modulo(wallMs(timeZone, atMs) - msOfDay(from));
  return sinceFromMs < modulo(msOfDay(to) - msOfDay(from));
}

/**
 * When the window is open for the first time at `fromMs` or later, epoch ms: `fromMs` itself if it is open then. A time of day
 * that is left out when clocks go forward opens at the first moment after the gap that is within the window.
 */
export function opensAtMs(window: SendWindow, fromMs: number): number {
  let atMs = fromMs;
  for (let changes = 0; changes < MOST_CHANGES; changes++) {
    if (isOpen(window, atMs)) return atMs;
    const shiftMs = shiftOf(window.timeZone, atMs);
    const nextMs = atMs + modulo(msOfDay(window.from) - wallMs(window.timeZone, atMs));
    if (shiftOf(window.timeZone, nextMs) === shiftMs) return nextMs;
    atMs = firstWithout(shiftMs, window.timeZone, atMs, nextMs);
  }
  throw new RangeError(`the window from ${window.from} to ${window.to} in ${window.timeZone} does not open`);
}

/** When it is closed for the first time at `fromMs` or later, epoch ms. */
export const closesAtMs = ({ from, to, timeZone }: SendWindow, fromMs: number): number =>
  opensAtMs({ from: to, to: from, timeZone }, fromMs);

type Start = Readonly<{ notBeforeMs?: number; sendWindow?: SendWindow }>;

/** When a job may send, at `nowMs` or later: not before its NotBefore, and within its window. */
export function startsAtMs({ notBeforeMs = 0, sendWindow }: Start, nowMs: number): number {
  const atMs = Math.max(nowMs, notBeforeMs);
  return sendWindow ? opensAtMs(sendWindow, atMs) : atMs;
}

/** Whether its window keeps a job from sending at `nowMs`. */
export const isShut = ({ sendWindow }: Start, nowMs: number): boolean =>
  sendWindow !== undefined && !isOpen(sendWindow, nowMs);

/**
 * When work of `workMs` that begins at `startMs` or later is done, epoch ms, if it rests while the window is closed.
 *
 * @param untilMs after this nobody wants to know: what is returned is later than it, and no more
 */
export function endsAtMs(window: SendWindow | undefined, startMs: number, workMs: number, untilMs: number): number {
  if (!window) return startMs + workMs;
  let atMs = opensAtMs(window, startMs);
  for (let left = workMs; atMs <= untilMs; ) {
    const closedMs = closesAtMs(window, atMs);
    if (left <= closedMs - atMs) return atMs + left;
    left -= closedMs - atMs;
    atMs = opensAtMs(window, closedMs);
  }
  return atMs;
}

const modulo = (ms: number): number => ((ms % DAY_MS) + DAY_MS) % DAY_MS;

const msOfDay = (text: string): number => (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * 60_000;

/** How far the clock on the wall is from UTC, within a day. */
const shiftOf = (timeZone: string, atMs: number): number => modulo(wallMs(timeZone, atMs) - atMs);

/** The first moment in `(fromMs, toMs]` at which the clock on the wall is shifted otherwise. */
function firstWithout(shiftMs: number, timeZone: string, fromMs: number, toMs: number): number {
  let [from, to] = [fromMs, toMs];
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (shiftOf(timeZone, middle) === shiftMs) from = middle;
    else to = middle;
  }
  return to;
}

/** What the clock on the wall shows: ms since midnight. */
function wallMs(timeZone: string, atMs: number): number {
  const [hours = 0, minutes = 0, seconds = 0] = clockOf(timeZone).format(atMs).split(":").map(Number);
  return ((hours * 60 + minutes) * 60 + seconds) * 1000 + (((atMs % 1000) + 1000) % 1000);
}

/** To make one takes 0.7 ms, to use it 0.02 ms: a worker asks for each batch. It depends on its zone alone. */
const clocks = new Map<string, Intl.DateTimeFormat>();
const CLOCKS_KEPT = 100;

function clockOf(timeZone: string): Intl.DateTimeFormat {
  const known = clocks.get(timeZone);
  if (known) return known;
  const clock = new Intl.DateTimeFormat("en-US", {
    ...{ timeZone, hourCycle: "h23" },
    ...{ hour: "2-digit", minute: "2-digit", second: "2-digit" },
  });
  if (clocks.size >= CLOCKS_KEPT) clocks.clear();
  clocks.set(timeZone, clock);
  return clock;
}
