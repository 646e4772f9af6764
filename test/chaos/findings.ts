/** `lost`: no final outcome. `doubled`: got it twice and should not have. `contradiction`: any other broken rule. */
export type Finding = Readonly<{
  kind: "lost" | "doubled" | "contradiction";
  /** The rule that is broken, in a few words: the same for every finding of its kind. */
  rule: string;
  job: string;
  what: string;
}>;

export type Findings = Readonly<{
  all: Finding[];
  add(kind: Finding["kind"], rule: string, job: string, what?: string): void;
}>;

/** The findings of one schedule, the first of each rule. */
export function makeFindings(tell: (line: string) => void): Findings {
  const all: Finding[] = [];
  return {
    all,
    add(kind, rule, job, what = "") {
      tell(`!!! ${rule}: ${job} ${what}`);
      if (!all.some((one) => one.rule === rule && one.kind === kind)) all.push({ kind, rule, job, what });
    },
  };
}
