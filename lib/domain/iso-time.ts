/** A time as every answer and every event shows it: RFC 3339, UTC, to the millisecond. @param ms epoch ms */
export const isoTime = (ms: number): string => new Date(ms).toISOString();
