import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

// The least upstream there is, as a process of its own: a message id of 19 digits for every receiver, nothing checked.
// Receivers whose id ends like REFUSED_ENDING, if that is set, never get it. `GET /calls` tells how many it took.
const ending = process.env["REFUSED_ENDING"];
let calls = 0;
const server = createServer((request, response) => {
  if (request.method === "GET") return response.end(String(calls));
  calls++;
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const receivers = /"Receiver":\[([^\]]*)\]/.exec(Buffer.concat(chunks).toString())?.[1]?.split(",") ?? [];
    const isRefused = (id: string) => ending !== undefined && id.endsWith(ending);
    const taken = receivers.filter((id) => !isRefused(id));
    const ids = taken.map((receiver, i) => `"${receiver}":${7_412_345_678_900_000_000n + BigInt(i) * 1_000_003n}`);
    const metadata =
      '{"RequestId":"20260131080000010203040506070809","Action":"BatchSendMessage","Version":"2020-12-01"}';
    const text = `{"ResponseMetadata":${metadata},"Result":{"UserMessageId":{${ids.join(",")}},"FailedReceiver":[${receivers.filter(isRefused).join(",")}]}}`;
    response.writeHead(200, { "content-type": "application/json", "content-length": text.length }).end(text);
  });
});
server.keepAliveTimeout = 120_000;
await once(server.listen(0, "127.0.0.1"), "listening");
console.log(`ready http://127.0.0.1:${(server.address() as AddressInfo).port}`);
