/** A command was used in a way that cannot work. The message is one line, and names the nearest way that can. */
export class WrongUse extends Error {
  override readonly name = "WrongUse";
  readonly code = "WRONG_USE";
}

/** Nothing can be done, and it is not the command line's fault. `exitCode`: what the process ends with. */
export class CannotDo extends Error {
  override readonly name = "CannotDo";
  readonly code = "CANNOT_DO";
  readonly exitCode: number;

  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}
