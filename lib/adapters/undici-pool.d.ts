/**
 * undici's index pulls in fetch, WebSocket, caches and mocks: 715 KB in a bundle, against 452 KB for the Pool alone.
 * The package ships no typings for the file, so this says that it is the Pool of the index.
 */
declare module "undici/lib/dispatcher/pool.js" {
  import { Pool } from "undici";
  export = Pool;
}
