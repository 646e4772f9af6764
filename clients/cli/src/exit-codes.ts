/** What the command ends with; scripts rely on it. */
export const EXIT = {
  OK: 0,
  /** It was done, but not everybody was sent the message; or `doctor` found something, or `who` nobody. */
  NOT_ALL: 1,
  /** The command, the message or the list cannot be used as they are. Nothing was done. */
  WRONG_USE: 2,
  /** The list has bad lines. Nothing was sent. */
  BAD_LIST: 3,
  /** Volley refused: no key, no right, no such job, not in this state. */
  REFUSED: 4,
  /** Volley did not answer, or could not. */
  NO_ANSWER: 5,
  /** 128 + SIGINT. @see POSIX.1-2024, 2.8.2 Exit Status for Commands */
  INTERRUPTED: 130,
} as const;
