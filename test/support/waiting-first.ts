import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Whole stacks: their tests wait for times to come, which costs nothing while others compute, and a lot at the end of a run. */
const WAITS = [
  "e2e/main-job",
  "e2e/package",
  "losses/losses",
  "e2e/small-quota",
  "e2e/all-doors",
  "losses/data-dir",
].map((name) => `/test/${name}.test.ts`);
/** The longest of their projects: at the end of one, the others would have nothing to do beside them. */
const LONG = [
  "integration/dynamo-jobs",
  "integration/dynamo-token-bucket",
  "use-cases/simulation",
  "use-cases/chaos",
].map((name) => `/test/${name}.test.ts`);

/** Which files start first: those that wait longest, then one project after the other. Vitest takes a class, so this is one. */
export class WaitingFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const projects = [...new Set(sorted.map(({ project }) => project.name))];
    const ranks = ({ moduleId, project }: TestSpecification): number[] => [
      placeIn(WAITS, moduleId),
      projects.indexOf(project.name),
      placeIn(LONG, moduleId),
    ];
    return sorted.toSorted((a, b) => compare(ranks(a), ranks(b)));
  }
}

function placeIn(endings: readonly string[], path: string): number {
  const found = endings.findIndex((ending) => path.endsWith(ending));
  return found === -1 ? endings.length : found;
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (const [i, rank] of a.entries()) if (rank !== b[i]) return rank - (b[i] ?? 0);
  return 0;
}
