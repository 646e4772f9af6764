import { mkdtempSync, rmSync } from "node:fs";
import type { Server } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildFunctions, buildIfChanged, sizeReport } from "../esbuild.config.mjs";
import { BadConfig } from "../lib/domain/errors.ts";
import { localClientsPath } from "../ops/local-clients-path.ts";
import { type Parameters, parameterFaults, parametersOf } from "./check-parameters.ts";
import { freePort } from "./free-port.ts";
import { serveHttpApi } from "./http-api.ts";
import { type Route, routesOf } from "./http-routes.ts";
import { invokeAt } from "./invoke-function.ts";
import { LocalError } from "./local-error.ts";
import { protectTables } from "./protect-tables.ts";
import { makeReadyClient } from "./ready-client.ts";
import { readLocalSettings } from "./settings.ts";
import type { Service, Stack } from "./stack.ts";
import { declaredOf } from "./template.ts";

type Serverless = Readonly<{
  serviceDir: string;
  service: Service & { custom?: Record<string, unknown>; provider: { stage: string } };
  /** As they stand in serverless.yml, by stage. */
  configurationInput: Readonly<{ params: Readonly<Record<string, Readonly<Record<string, unknown>>>> }>;
  processedInput: Readonly<{ commands: readonly string[]; options: Readonly<{ param?: readonly string[] }> }>;
  classes: Readonly<{ Error: new (message: string, code: string) => Error }>;
  pluginManager: { getPlugins(): readonly object[] };
  getProvider(name: "aws"): { getAwsSdkV3Config(): Promise<object> };
  configSchemaHandler: { validateConfig(config: unknown): Promise<void> };
}>;

/** Bundles the functions whenever they are packed; runs the local stack around serverless-offline. */
export default class VolleyPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #serverless: Serverless;
  #stack: Stack | undefined;
  #lambdaSocket = "";
  #routes: readonly Route[] = [];
  #url = "";
  #key = "";
  readonly #print = console.log;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    if (serverless.processedInput.commands[0] === "offline") skipSchema(serverless);
    const build = async () => void process.stderr.write(`${sizeReport(await buildFunctions())}\n`);
    const check = async () => this.#checkParameters();
    this.hooks = {
      "before:package:cleanup": check,
      "before:deploy:function:initialize": check,
      "before:package:createDeploymentArtifacts": build,
      "before:deploy:function:packageFunction": build,
      "after:deploy:deploy": () => this.#protectTables(),
      "before:offline:start:init": () => orOneLine(() => this.#startStack()),
      "after:offline:start:init": () => orOneLine(() => this.#serve()),
      "before:offline:start:end": async () => this.#stack?.stop(),
    };
  }

  /** A setting that the code does not take would end every function at its start: it is refused before anything is packed. */
  #checkParameters(): void {
    const { service, classes } = this.#serverless;
    const faults = parameterFaults(service, this.#parameters());
    if (faults.length > 0) throw new classes.Error(`parameters: ${faults.join("; ")}`, "BAD_PARAMETERS");
  }

  #parameters(): Parameters {
    const { service, configurationInput, processedInput } = this.#serverless;
    const given = (processedInput.options.param ?? []).map((text) => text.split(/=(.*)/s));
    return { stage: service.provider.stage, file: configurationInput.params, given: Object.fromEntries(given) };
  }

  async #protectTables(): Promise<void> {
    const { DynamoDBClient } = await import("@aws-sdk/client-dynamodb");
    const client = new DynamoDBClient(await this.#serverless.getProvider("aws").getAwsSdkV3Config());
    const tables = declaredOf(this.#serverless.service.resources.Resources, "AWS::DynamoDB::Table");
    const names = tables.map(([, { TableName }]) => String(TableName));
    await protectTables(client, names, String(parametersOf(this.#parameters())["tableProtection"]) === "true");
  }

  async #startStack(): Promise<void> {
    const { service, serviceDir } = this.#serverless;
    const settings = readLocalSettings(process.env);
    const httpPort = await freePort(settings.port);
    this.#url = `http://127.0.0.1:${httpPort}`;
    process.env["LOCAL_CLIENTS"] = localClientsPath(process.env);
    this.#key = await makeReadyClient(process.env["LOCAL_CLIENTS"]);
    await buildIfChanged();
    const { startStack } = await import("./stack.ts"); // deploying needs none of it
    this.#stack = await startStack(service, serviceDir, settings);
    this.#routes = routesOf(service.functions); // serverless-offline rewrites them
    this.#lambdaSocket = join(temporaryFolder(), "lambda.sock");
    const offline = {
      host: "127.0.0.1",
      httpPort,
      lambdaPort: this.#lambdaSocket,
      noAuth: true,
      noSponsor: true,
      noTimeout: true,
      terminateIdleLambdaTime: 600, // seconds; to load a function again costs more than to keep it
    };
    service.custom = { ...service.custom, "serverless-offline": offline };
    console.log = () => {}; // serverless-offline draws a box around its routes
  }

  async #serve(): Promise<void> {
    console.log = this.#print;
    const api = { routes: this.#routes, invoke: invokeAt(this.#lambdaSocket) };
    serveHttpApi(apiServerOf(this.#serverless.pluginManager.getPlugins()), api);
    await this.#stack?.startConsumers();
    console.log(`ready ${this.#url} key=${this.#key}`);
  }
}

/** Removed when this process ends. */
function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "volley-"));
  process.once("exit", () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/**
 * Compiling the schema of serverless.yml and checking the file against it is a third of what the command line costs to
 * start. Packaging does it, so the tests and every deploy do; the local stack need not.
 */
function skipSchema({ configSchemaHandler }: Serverless): void {
  configSchemaHandler.validateConfig = async () => {};
}

function apiServerOf(plugins: readonly object[]): Server {
  const offline = plugins.find((plugin) => "internals" in plugin) as
    | { internals(): { getApiGatewayServer(): Readonly<{ listener: Server }> } }
    | undefined;
  if (offline === undefined) throw new LocalError("serverless.yml: the plugin serverless-offline is missing");
  return offline.internals().getApiGatewayServer().listener;
}

/** What the reader can fix is said in one line; a fault of ours is shown in full. Either ends the stack. */
async function orOneLine(step: () => Promise<void>): Promise<void> {
  try {
    await step();
  } catch (error) {
    console.error(error instanceof LocalError || error instanceof BadConfig ? error.message : error);
    process.exit(1);
  }
}
