import {
  type CloudFormationClient,
  CloudFormationServiceException,
  GetTemplateCommand,
  paginateListStackResources,
} from "@aws-sdk/client-cloudformation";
import { parse } from "yaml";
import { BadUse } from "./bad-use.ts";
import type { StackResource } from "./what-stays.ts";

/**
 * Everything of a stack that is there.
 *
 * @throws {BadUse} if there is no such stack
 */
export async function resourcesOf(client: CloudFormationClient, StackName: string): Promise<readonly StackResource[]> {
  const policies = await policiesOf(client, StackName);
  const resources: StackResource[] = [];
  for await (const { StackResourceSummaries = [] } of paginateListStackResources({ client }, { StackName })) {
    for (const {
      LogicalResourceId = "",
      ResourceType = "",
      PhysicalResourceId,
      ResourceStatus,
    } of StackResourceSummaries) {
      if (PhysicalResourceId === undefined || ResourceStatus === "DELETE_COMPLETE") continue;
      const deletionPolicy = policies.get(LogicalResourceId);
      const named = { logicalId: LogicalResourceId, type: ResourceType, physicalId: PhysicalResourceId };
      resources.push({ ...named, ...(deletionPolicy !== undefined && { deletionPolicy }) });
    }
  }
  return resources;
}

async function policiesOf(client: CloudFormationClient, StackName: string): Promise<Map<string, string | undefined>> {
  try {
    const { TemplateBody = "" } = await client.send(new GetTemplateCommand({ StackName }));
    const { Resources } = parse(TemplateBody) as { Resources: Record<string, { DeletionPolicy?: string }> }; // JSON is YAML
    return new Map(Object.entries(Resources).map(([id, { DeletionPolicy }]) => [id, DeletionPolicy]));
  } catch (error) {
    const isMissing = error instanceof CloudFormationServiceException && error.name === "ValidationError";
    if (isMissing) throw new BadUse(`there is no stack ${StackName} in ${await client.config.region()}`);
    throw error;
  }
}
