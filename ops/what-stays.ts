/** What a stack has, by its template and by what was made of it. */
export type StackResource = Readonly<{
  logicalId: string;
  type: string;
  /** Name, URL or ARN. */
  physicalId: string;
  /** Of the template; absent: `Delete`. */
  deletionPolicy?: string;
}>;

export type Removal = Readonly<{
  /** Outlives the stack. */
  stays: readonly StackResource[];
  /** Buckets that go: CloudFormation deletes none that holds objects. */
  buckets: readonly string[];
  /** Tables that go: none of them may be protected. */
  tables: readonly string[];
  /** Whether the vendor's keys stand in secrets that the stack did not make. */
  keysAreApart: boolean;
}>;

/** What becomes of each part of a stack that is removed. */
export function planRemoval(resources: readonly StackResource[]): Removal {
  const stays = resources.filter(({ deletionPolicy = "Delete" }) => deletionPolicy !== "Delete");
  const goes = resources.filter((one) => !stays.includes(one));
  const namesOf = (type: string): string[] => goes.filter((one) => one.type === type).map((one) => one.physicalId);
  return {
    stays,
    buckets: namesOf("AWS::S3::Bucket"),
    tables: namesOf("AWS::DynamoDB::Table"),
    keysAreApart: !resources.some(
      (one) => one.type === "AWS::SecretsManager::Secret" && /volcengine/.test(one.physicalId),
    ),
  };
}

/** What is kept has no name of its own, only what it belongs to: nobody misses it in a list. */
const WITHOUT_NAME = ["AWS::S3::BucketPolicy"];

/** Lines for whoever removed a stage. */
export function sayWhatStays(stage: string, { stays, keysAreApart }: Removal): string[] {
  const shown = stays.filter(({ type }) => !WITHOUT_NAME.includes(type));
  const kept = [
    "On purpose these stay, with their data, and cost what they hold:",
    ...shown.map(({ type, physicalId }) => `  ${type.padEnd(28)} ${physicalId}`),
    "A new stack of the same stage cannot make them again: docs/RUNBOOK.md says how it takes them over, and how they are deleted.",
  ];
  return [
    ...(shown.length === 0 ? ["Nothing of the stack is left."] : kept),
    ...(keysAreApart
      ? [`The secret volley/${stage}/volcengine is no part of the stack: it stays until you delete it.`]
      : []),
  ];
}
