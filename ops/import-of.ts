/** The parts of a template of CloudFormation that an import needs. */
export type Template = Readonly<{
  Parameters?: Readonly<Record<string, unknown>>;
  Conditions?: Readonly<Record<string, unknown>>;
  Resources: Readonly<Record<string, Resource>>;
}>;
type Resource = Readonly<{
  Type: string;
  DeletionPolicy?: string;
  DependsOn?: unknown;
  Properties?: Readonly<Record<string, unknown>>;
}>;

/** What only AWS knows of what was kept. */
export type Kept = Readonly<{
  /** name of the bucket of lists */
  bucket: string;
  /** ARNs of the secrets of the stage: the list of clients, and an account's keys each */
  secrets: readonly string[];
  /** what a queue's URL begins with: `https://sqs.<region>.amazonaws.com/<account>/` */
  queues: string;
}>;

/** As `ResourcesToImport` of CreateChangeSet has it. */
export type ToImport = Readonly<{
  LogicalResourceId: string;
  ResourceType: string;
  ResourceIdentifier: Readonly<Record<string, string>>;
}>;

/** Secrets Manager ends an ARN in the name, a dash and six characters of its own. */
function secretArn(name: string, { secrets }: Kept): string {
  const arn = secrets.find((one) => one.replace(/-[^-]{6}$/, "").endsWith(`:secret:${name}`));
  if (arn === undefined) throw new Error(`there is no ARN of the secret ${name}`);
  return arn;
}

/** How CloudFormation is told which resource is meant, by its type. @see CloudFormation User Guide, resource import support */
function identifierOf(
  type: string,
  properties: Resource["Properties"],
  kept: Kept,
): Record<string, string> | undefined {
  switch (type) {
    case "AWS::DynamoDB::Table":
      return { TableName: String(properties?.["TableName"]) };
    case "AWS::SQS::Queue":
      return { QueueUrl: `${kept.queues}${properties?.["QueueName"]}` };
    case "AWS::S3::Bucket":
      return { BucketName: kept.bucket };
    case "AWS::S3::BucketPolicy":
      return { Bucket: kept.bucket };
    case "AWS::SecretsManager::Secret":
      return { Id: secretArn(String(properties?.["Name"]), kept) };
    default:
      return undefined;
  }
}

/**
 * What a new stack takes over of what a removed one left.
 *
 * @param now the stack as it stands: nothing but the bucket that deploys go through
 * @param whole the stack as it is to be
 * @returns the template of the import, and what stands for what
 * @throws {Error} if something is kept that this does not know how to name, or a secret is not among those given
 */
export function importOf(now: Template, whole: Template, kept: Kept): { template: Template; resources: ToImport[] } {
  const keeps = Object.entries(whole.Resources).filter(
    ([, { DeletionPolicy = "Delete" }]) => DeletionPolicy !== "Delete",
  );
  const resources = keeps.map(([LogicalResourceId, { Type, Properties }]) => {
    const ResourceIdentifier = identifierOf(Type, Properties, kept);
    if (ResourceIdentifier === undefined)
      throw new Error(`${LogicalResourceId}: nobody knows how a ${Type} is imported`);
    return { LogicalResourceId, ResourceType: Type, ResourceIdentifier };
  });
  // Who may send to a queue comes with the deploy after it: what is imported may depend on nothing that is not.
  const imported = keeps.map(([id, { DependsOn: _, ...resource }]) => [id, resource] as const);
  return {
    template: {
      ...now,
      ...{ Parameters: whole.Parameters ?? {}, Conditions: whole.Conditions ?? {} },
      Resources: { ...now.Resources, ...Object.fromEntries(imported) },
    },
    resources,
  };
}
