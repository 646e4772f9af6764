import { memoryClients } from "../adapters/memory-clients.ts";
import type { Clients } from "../ports/clients.ts";

/** Who may call. Until the list of clients is kept somewhere: the one ready-made client of the local stack. */
export const makeClients = (): Clients =>
  memoryClients([{ id: "local", scopes: ["send", "read", "control"], keys: [] }]);
