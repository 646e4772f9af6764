import { EventBridgeClient, PutEventsCommand } from "@aws-sdk/client-eventbridge";
import { waitForJob } from "./wait-for-job.ts";

// An event on the bus becomes a job. With `npm start` in another terminal, which prints the addresses and the key:
//   AWS_ENDPOINT_URL_EVENTBRIDGE=http://127.0.0.1:… VOLLEY_KEY=… npx node examples/send-event.ts
// On AWS without that address, with EVENT_BUS_NAME=volley-<stage>, VOLLEY_URL, and who you are there.

const { AWS_ENDPOINT_URL_EVENTBRIDGE: local, EVENT_BUS_NAME = "volley-local" } = process.env;
const anybody = { region: "ap-southeast-1", credentials: { accessKeyId: "local", secretAccessKey: "local" } };
const bus = new EventBridgeClient(local ? anybody : {});

const content = JSON.stringify({ text: "The doors open at eight.", at: Date.now() });
// Ids beyond 2^53 as strings: JSON.stringify would round them.
const detail = { AppId: 666675, Sender: 10001, Receiver: [1, 2, "9007199254740993"], MsgType: 10001, Content: content };

const { Entries = [] } = await bus.send(
  new PutEventsCommand({
    Entries: [
      {
        EventBusName: EVENT_BUS_NAME,
        Source: "examples",
        DetailType: "BatchSendMessage",
        Detail: JSON.stringify(detail),
      },
    ],
  }),
);
const [entry] = Entries;
if (!entry?.EventId) throw new Error(`the bus refused the event: ${entry?.ErrorCode} ${entry?.ErrorMessage}`);

const { JobId, Status } = await waitForJob(content);
console.log(`event ${entry.EventId}: job ${JobId} ${Status}`);
