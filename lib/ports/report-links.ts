export interface ReportLinks {
  /**
   * A link with which anybody may fetch a file for an hour, without a key.
   *
   * @param name what it is called where it is saved
   */
  to(key: string, name: string): Promise<string>;
}
