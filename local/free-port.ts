import { once } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { LocalError } from "./local-error.ts";

/**
 * A port on 127.0.0.1 that nothing listens on: `wanted`, or any for 0.
 *
 * @throws {LocalError} if somebody listens there already
 */
export async function freePort(wanted: number): Promise<number> {
  const probe = createServer();
  try {
    await once(probe.listen(wanted, "127.0.0.1"), "listening");
  } catch (error) {
    const why = error instanceof Error && "code" in error ? error.code : error;
    if (why === "EADDRINUSE")
      throw new LocalError(`port ${wanted} is in use: set PORT to another one, or to 0 for any`);
    throw new LocalError(`cannot listen on port ${wanted}: ${why}`);
  }
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, "close");
  return port;
}
