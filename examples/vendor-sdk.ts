import { Service } from "@volcengine/openapi";

// The vendor's own SDK, pointed at Volley. It needs a client's key pair:
//   npm run client -- add --id sdk --scopes send --json
//   VOLLEY_URL=http://127.0.0.1:3000 VOLC_ACCESSKEY=… VOLC_SECRETKEY=… npx node examples/vendor-sdk.ts [RECEIVERS]

const { VOLLEY_URL = "http://127.0.0.1:3000", VOLC_ACCESSKEY = "", VOLC_SECRETKEY = "" } = process.env;
const { host, protocol } = new URL(VOLLEY_URL);
const rtc = new Service({
  host,
  protocol,
  serviceName: "rtc",
  region: "cn-north-1",
  accessKeyId: VOLC_ACCESSKEY,
  secretKey: VOLC_SECRETKEY,
  defaultVersion: "2020-12-01",
});
const batchSendMessage = rtc.createAPI("BatchSendMessage", {
  Version: "2020-12-01",
  method: "POST",
  contentType: "json",
});

const count = Number(process.argv[2] ?? 3);
const answer = await batchSendMessage({
  AppId: 666675,
  Sender: 10001,
  Receiver: Array.from({ length: count }, (_, i) => i + 1),
  MsgType: 10001,
  Content: '{"text":"The doors open at eight."}',
});
console.log(JSON.stringify(answer));
