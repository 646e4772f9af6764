import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { type AddressInfo, Server } from "node:net";
import { join } from "node:path";
import dynalite from "dynalite";
import { type MessageSpyReader, type SpyMessage, startFauxqs as startEmulator } from "fauxqs";
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

export type Upload = Readonly<{ bucket: string; key: string }>;

/** `onUpload`: hear of every object that is written, however it comes. */
export type Fauxqs = Emulator & Readonly<{ onUpload(hear: (upload: Upload) => void): void }>;

/** An SQS and an S3 on loopback, both at one address: fauxqs in this process. */
export async function startFauxqs({ dataDir }: Pick<LocalSettings, "dataDir">): Promise<Fauxqs> {
  const options = { port: 0, logger: false, messageSpies: true, ...(dataDir && { dataDir }) };
  const server = await onLoopback(() => startEmulator(options));
  return {
    url: `http://127.0.0.1:${server.port}`,
    stop: () => server.stop(),
    onUpload: (hear) => listen(server.spy, hear),
  };
}

/** A filter that never matches sees everything that happens. A form's upload is reported twice, in one go. */
function listen(spy: MessageSpyReader, hear: (upload: Upload) => void): void {
  const now = new Set<string>();
  const sees = (message: SpyMessage): false => {
    if (message.service !== "s3" || message.status !== "uploaded") return false;
    const { bucket, key } = message;
    if (now.size === 0) setImmediate(() => now.clear());
    if (!now.has(`${bucket}/${key}`)) hear({ bucket, key });
    now.add(`${bucket}/${key}`);
    return false;
  };
  spy.waitForMessage(sees).catch(() => undefined); // it is told when the spy is cleared
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
