/** The local stack cannot go on, and the reader can fix it: shown as one line, without a stack trace. */
export class LocalError extends Error {
  override readonly name = "LocalError";
}
