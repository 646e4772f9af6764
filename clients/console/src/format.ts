/** How figures and times are written, in the language of the page. */

const whole = (lang: string) => new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });

export const toCount = (value: number, lang: string): string => whole(lang).format(value);

/** Receivers a second: to one decimal below ten. */
export const toRate = (value: number, lang: string): string =>
  new Intl.NumberFormat(lang, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value);

/** Part of a whole. It says 100 % only of all, and 0 % only of nothing. */
export function toPercent(part: number, of: number, lang: string): string {
  const exact = of === 0 ? 0 : (part / of) * 100;
  const shown = Math.round(exact * 10) / 10;
  const honest = part < of && shown >= 100 ? 99.9 : part > 0 && shown <= 0 ? 0.1 : shown;
  return `${new Intl.NumberFormat(lang, { maximumFractionDigits: 1 }).format(honest)} %`;
}

const UNITS = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A length of time in its two largest units: `2 min 5 sec`. */
export function toDuration(seconds: number, lang: string): string {
  const total = Math.max(0, Math.round(seconds));
  const first = UNITS.findIndex(([, size]) => total >= size);
  const from = first === -1 ? UNITS.length - 1 : first;
  let left = total;
  const parts = UNITS.slice(from, from + 2).map(([unit, size]) => {
    const value = Math.floor(left / size);
    left -= value * size;
    return { unit, value };
  });
  return parts
    .filter(({ value }, i) => i === 0 || value > 0)
    .map(({ unit, value }) => new Intl.NumberFormat(lang, { style: "unit", unit, unitDisplay: "short" }).format(value))
    .join(" ");
}

/** The time of day; with the date if it is another day than now. @param at and `nowMs`: epoch ms */
export function toTime(at: number, nowMs: number, lang: string, timeZone?: string): string {
  const zone = timeZone === undefined ? {} : { timeZone };
  const day = new Intl.DateTimeFormat(lang, { dateStyle: "short", ...zone });
  const time = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;
  const isToday = day.format(at) === day.format(nowMs);
  const date = isToday ? {} : ({ month: "short", day: "numeric" } as const);
  return new Intl.DateTimeFormat(lang, { ...date, ...time, ...zone }).format(at);
}
