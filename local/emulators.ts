import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { type AddressInfo, Server } from "node:net";
import { join } from "node:path";
import dynalite from "dynalite";
import { startFauxqs as startEmulator } from "fauxqs";
import { startServer } from "./child.ts";
import type { LocalSettings } from "./settings.ts";

export type Emulator = Readonly<{ url: string; stop(): Promise<void> }>;

/** A DynamoDB on loopback: dynalite in this process, or Amazon's own in Java. */
export async function startDynamo({
  dynamodb,
  dataDir,
}: Pick<LocalSettings, "dynamodb" | "dataDir">): Promise<Emulator> {
  const path = dataDir && join(dataDir, `dynamodb-${dynamodb}`);
  if (dynamodb === "java") {
    return startServer("./dynamodb-java.ts", { ...process.env, ...(path && { DYNAMODB_PATH: path }) });
  }
  if (path) mkdirSync(path, { recursive: true });
  const server = dynalite({ createTableMs: 0, ...(path && { path }) });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as AddressInfo;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  return { url: `http://127.0.0.1:${port}`, stop };
}

/** An SQS and an S3 on loopback, both at one address: fauxqs in this process. */
export async function startFauxqs({ dataDir }: Pick<LocalSettings, "dataDir">): Promise<Emulator> {
  const server = await onLoopback(() => startEmulator({ port: 0, logger: false, ...(dataDir && { dataDir }) }));
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop() };
}

/** fauxqs listens on every interface and cannot be told otherwise; the local stack is for this machine alone. */
async function onLoopback<T>(start: () => Promise<T>): Promise<T> {
  const { listen } = Server.prototype;
  Server.prototype.listen = function (this: Server, options: object, ...rest: unknown[]) {
    return Reflect.apply(listen, this, [{ ...options, host: "127.0.0.1" }, ...rest]);
  } as typeof listen;
  try {
    return await start();
  } finally {
    Server.prototype.listen = listen;
  }
}
