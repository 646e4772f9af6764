/** What native JSON.parse tells a reviver beside the value. TypeScript does not know it yet. */
type Context = Readonly<{ source?: string }>;
type ParseWithSource = (text: string, reviver: (key: string, value: unknown, context: Context) => unknown) => unknown;

/**
 * Parse JSON whose numbers are ids: each comes back as the text it was written with, so that no digit is lost. Of a key given
 * twice the last value stands.
 *
 * @throws {SyntaxError} if it is not JSON
 * @see https://tc39.es/proposal-json-parse-with-source/ `context.source` is the text of a number, a string, true, false or null
 */
export const parseDigits = (text: string): unknown =>
  (JSON.parse as ParseWithSource)(text, (_, value, { source }) => (typeof value === "number" ? source : value));
