import type { Socket } from "node:net";
import type { buildConnector } from "undici";

const CONTINUE = /^HTTP\/1\.[01] 100[ \r]/;
/** So many bytes tell whether it is one. */
const TELLING = "HTTP/1.1 100 ".length;
const END = "\r\n\r\n";

/**
 * Connect as `connect` does, to a server that may say "100 Continue" without being asked. undici drops the connection then, and
 * the request with it, though a client has to read over it; other answers of this kind it reads over itself.
 *
 * @see RFC 9110 section 15.2
 */
export const readingOverContinue =
  (connect: buildConnector.connector): buildConnector.connector =>
  (options, callback) =>
    connect(options, (...result) => {
      const [, socket] = result;
      if (socket) leaveOutContinue(socket);
      callback(...result);
    });

/** Between a request that is written and the beginning of its answer, bytes that are "100 Continue" are left out. */
function leaveOutContinue(socket: Pick<Socket, "read" | "write">): void {
  const read: (size?: number) => Buffer | null = socket.read.bind(socket);
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  let isBegin = true;
  let held: Buffer = Buffer.alloc(0);
  socket.write = (...given: unknown[]) => {
    isBegin = true;
    return write(...given);
  };
  socket.read = (size?: number): Buffer | null => {
    for (let chunk = read(size); chunk !== null; chunk = read(size)) {
      if (!isBegin) return chunk;
      held = Buffer.concat([held, chunk]);
      const rest = withoutContinue(held);
      if (rest === undefined) continue;
      const begun = rest;
      held = Buffer.alloc(0);
      isBegin = false;
      return begun;
    }
    return null;
  };
}

/** `undefined`: more has to come before it can be told. */
function withoutContinue(bytes: Buffer): Buffer | undefined {
  let rest = bytes;
  for (;;) {
    const head = rest.subarray(0, TELLING).toString("latin1");
    if (!CONTINUE.test(head)) return rest.length < TELLING && "HTTP/1.1 100 ".startsWith(head) ? undefined : rest;
    const end = rest.indexOf(END);
    if (end === -1) return undefined;
    rest = rest.subarray(end + END.length);
  }
}
