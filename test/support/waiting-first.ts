import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Whole stacks: their tests wait for times to come, which costs nothing while others compute, and a lot at the end of a run. */
const WAITS: readonly string[] = ["all-doors", "control", "losses", "stack", "default-quota"];

/** Which files start first: those that wait longest. Vitest takes a class, so this is one. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification): number => {
      const found = WAITS.findIndex((name) => moduleId.endsWith(`/e2e/${name}.test.ts`));
      return found === -1 ? WAITS.length : found;
    };
    return (await super.sort(files)).toSorted((a, b) => rank(a) - rank(b));
  }
}
