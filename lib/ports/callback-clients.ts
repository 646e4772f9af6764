/** What a client's callbacks need to know of it. */
export type CallbackClient = Readonly<{ callbackHosts?: readonly string[]; callbackSecrets?: readonly string[] }>;

/** Clients by id, as far as their callbacks need them. */
export interface CallbackClients {
  find(id: string): Promise<CallbackClient | undefined>;
}
