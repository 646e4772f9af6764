import { buildFunctions, buildIfChanged, sizeReport } from "../esbuild.config.mjs";
import { BadConfig } from "../lib/domain/errors.ts";
import { localClientsPath } from "../ops/local-clients-path.ts";
import { freePort } from "./free-port.ts";
import { behaveAsHttpApi, type HapiServer } from "./http-api.ts";
import { LocalError } from "./local-error.ts";
import { makeReadyClient } from "./ready-client.ts";
import { readLocalSettings } from "./settings.ts";
import type { Service, Stack } from "./stack.ts";

type Serverless = Readonly<{
  serviceDir: string;
  service: Service & { custom?: Record<string, unknown> };
  pluginManager: { getPlugins(): readonly object[] };
  processedInput: Readonly<{ commands: readonly string[] }>;
  configSchemaHandler: { validateConfig(config: unknown): Promise<void> };
}>;

/** Bundles the functions whenever they are packed; runs the local stack around serverless-offline. */
export default class VolleyPlugin {
  readonly hooks: Readonly<Record<string, () => Promise<void>>>;
  readonly #serverless: Serverless;
  #stack: Stack | undefined;
  #url = "";
  #key = "";
  readonly #print = console.log;

  constructor(serverless: Serverless) {
    this.#serverless = serverless;
    if (serverless.processedInput.commands[0] === "offline") skipSchema(serverless);
    const build = async () => void process.stderr.write(`${sizeReport(await buildFunctions())}\n`);
    this.hooks = {
      "before:package:createDeploymentArtifacts": build,
      "before:deploy:function:packageFunction": build,
      "before:offline:start:init": () => orOneLine(() => this.#startStack()),
      "after:offline:start:init": () => orOneLine(() => this.#serve()),
      "before:offline:start:end": async () => this.#stack?.stop(),
    };
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
    const offline = {
      host: "127.0.0.1",
      httpPort,
      lambdaPort: await freePort(0),
      noAuth: true,
      noSponsor: true,
      noTimeout: true,
    };
    service.custom = { ...service.custom, "serverless-offline": offline };
    console.log = () => {}; // serverless-offline draws a box around its routes
  }

  async #serve(): Promise<void> {
    console.log = this.#print;
    behaveAsHttpApi(apiServerOf(this.#serverless.pluginManager.getPlugins()));
    await this.#stack?.startConsumers();
    console.log(`ready ${this.#url} key=${this.#key}`);
  }
}

/**
 * Compiling the schema of serverless.yml and checking the file against it is a third of what the command line costs to
 * start. Packaging does it, so the tests and every deploy do; the local stack need not.
 */
function skipSchema({ configSchemaHandler }: Serverless): void {
  configSchemaHandler.validateConfig = async () => {};
}

function apiServerOf(plugins: readonly object[]): HapiServer {
  const offline = plugins.find((plugin) => "internals" in plugin) as
    | { internals(): { getApiGatewayServer(): HapiServer } }
    | undefined;
  if (offline === undefined) throw new LocalError("serverless.yml: the plugin serverless-offline is missing");
  return offline.internals().getApiGatewayServer();
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
