import type { Environment } from "../config.ts";
import { makeSendAndWait } from "../use-cases/send-and-wait.ts";
import { wireAccept } from "./accept.ts";
import { clock } from "./common.ts";
import { wireQuery } from "./query.ts";

/** @throws {BadConfig} at cold start */
export function wireSendAndWait(env: Environment) {
  const { accept, door } = wireAccept(env);
  const { query } = wireQuery(env);
  return { sendAndWait: makeSendAndWait({ accept, query, clock }), door };
}
