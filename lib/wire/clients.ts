import { fileClients } from "../adapters/file-clients.ts";
import { secretClients } from "../adapters/secret-clients.ts";
import type { Config } from "../config.ts";
import type { Clients } from "../ports/clients.ts";

/** Who may call: on the local stack a file says it, on AWS a secret. */
export const makeClients = ({ door: { clientsFile, clientsSecretId } }: Config): Clients =>
  clientsFile === undefined ? secretClients(clientsSecretId) : fileClients(clientsFile);
