/** Undici's own connector, for the reason that `undici-pool.d.ts` gives. */
declare module "undici/lib/core/connect.js" {
  import { buildConnector } from "undici";
  export = buildConnector;
}
