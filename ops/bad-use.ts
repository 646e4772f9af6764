/** A command was used in a way that cannot work. Its message is for the person at the terminal. */
export class BadUse extends Error {
  override readonly name = "BadUse";
}
