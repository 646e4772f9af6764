/** Why a line, or a whole file, cannot be read. `{name}` is a value; a program may have these texts in other languages. */
export const REASONS = {
  // a line
  "too-long": "is longer than {max} bytes",
  "not-utf8": "is not UTF-8",
  "not-json": "is not JSON",
  "no-field": "has no field {field}",
  "json-type": "the user id must be a whole number or a decimal string",
  "id-empty": "the user id is empty",
  "id-range": "{text} must be from 1 to {max}",
  "id-rounded": "{text} was rounded by a spreadsheet: its digits are lost; save the column as text",
  "id-decimal":
    "{text} has a decimal point, as a spreadsheet adds it: its digits may be rounded; save the column as text",
  "id-form": "{text} must be written as plain decimal digits without leading zeros",
  "may-be-groups": "may be one number in groups of digits: write it without separators",
  "more-fields": "has {count} fields, the first row has {columns}",
  "more-numbers": "has more than one number: name the column of the user ids",
  "open-quote": "a quote is not closed",
  "bad-quotes": "its quotes cannot be read",

  // a file
  "no-ids": "the file holds no user id",
  "utf-16": "the file is UTF-16: save it as UTF-8",
  archive: "the file is a workbook or an archive: save the sheet as CSV",
  workbook: "the file is a workbook: save the sheet as CSV",
  "not-gzip": "the file is not gzip, or is broken",
  "unpacks-too-long": "the file unpacks to more than {max} bytes",
  "first-too-long": "the first row is longer than {max} bytes",
  "first-not-utf8": "the first row is not UTF-8",
  "first-open-quote": "a quote in the first row is not closed",
  "first-unreadable": "the first row cannot be read",
  "no-column-number": "there is no column {column}: the first row has {columns}",
  "names-and-number": "line 1: {text}: the first row names columns and holds a number: say which column it is",
  "column-twice": "the first row names the column {column} {count} times: {names}",
  "no-column": "the first row names no column {column}: {names}",
} as const;

export type ReasonCode = keyof typeof REASONS;
export type Reason = Readonly<{ code: ReasonCode; values: Readonly<Record<string, string | number>> }>;

export const because = (code: ReasonCode, values: Reason["values"] = {}): Reason => ({ code, values });

/** A reason in the words of `texts`; each value is written as it is. */
export const reasonIn = (texts: Readonly<Record<ReasonCode, string>>, { code, values }: Reason): string =>
  texts[code].replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
