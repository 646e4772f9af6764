import { describe, expect, it } from "vitest";
import VolleyPlugin from "../../local/plugin.ts";

type Serverless = ConstructorParameters<typeof VolleyPlugin>[0];

/** What the deploy CLI says to whoever called it, in one line and without a stack. */
class CliError extends Error {}

/** The plugin of a stage whose parameters are these. */
function pluginOf(given: readonly string[], environment: Record<string, unknown> = {}): VolleyPlugin {
  const infra = {
    ...{ expressConcurrency: 30, expressBatchSize: 10, bulkConcurrency: 2, bulkBatchSize: 4, bulkReserved: "none" },
    ...{ expressMemory: 1024, bulkMemory: 256, systemLogLevel: "WARN" },
    ...{ apiRate: 1, apiBurst: 1, openRate: 1, openBurst: 1, logLevel: "INFO", alarmTopicArn: "" },
    ...{ secret: "s", rtcEndpoint: "https://a", resultsWarmReads: 0, resultsWarmWrites: 0, tracing: "Active" },
    ...{ dataDeletionPolicy: "Delete", dataReplacePolicy: "Delete", tableProtection: false },
  };
  return new VolleyPlugin({
    serviceDir: "",
    service: {
      provider: { stage: "prod", region: "", environment },
      functions: { f: {} },
      resources: { Resources: {} },
    },
    configurationInput: { params: { default: infra, prod: { bulkReserved: 2 } } },
    processedInput: { commands: ["package"], options: { param: given } },
    classes: { Error: CliError },
    pluginManager: { getPlugins: () => [] },
  } as unknown as Serverless);
}

describe.each(["before:package:cleanup", "before:deploy:function:initialize"])("%s", (hook) => {
  it("refuses what is wrong in one line, before anything is packed", async () => {
    const plugin = pluginOf(["bulkConcurrency=3", "quotaMessage=1"], { RESULTS_TABLE: { Ref: "ResultsTable" } });
    const failure = await plugin.hooks[hook]?.().catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CliError);
    const { message } = failure as CliError;
    expect(message).toMatch(/^parameters: there is no parameter quotaMessage; bulkReserved must be none, or at least/);
    expect(message).toContain("QUOTA_TABLE is not set");
    expect(message).not.toContain("RESULTS_TABLE"); // CloudFormation makes it
    expect(message).not.toContain("\n");
  });
});
