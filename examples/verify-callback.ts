import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { Webhook } from "standardwebhooks";

/**
 * Receives callbacks, checks that Volley sent them, and prints them.
 *
 *   CALLBACK_SECRET=whsec_… npx node examples/verify-callback.ts
 *
 * The signature covers the body as it was sent: check it before the JSON is parsed. The same event may come twice, with the
 * same `webhook-id`.
 */
const webhook = new Webhook(process.env["CALLBACK_SECRET"] ?? "");

const server = createServer(async (request, response) => {
  const body = await text(request);
  try {
    const event = webhook.verify(body, request.headers as Record<string, string>);
    console.log(JSON.stringify({ id: request.headers["webhook-id"], event }));
    response.writeHead(204).end(); // 410 would end the callbacks of this job
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    response.writeHead(401).end();
  }
});

server.listen(Number(process.env["PORT"] ?? 4000), "127.0.0.1", () => {
  const address = server.address();
  console.log(`ready http://127.0.0.1:${typeof address === "object" ? address?.port : address}`);
});
