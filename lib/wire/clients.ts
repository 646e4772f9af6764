import { fileClients } from "../adapters/file-clients.ts";
import { secretClients } from "../adapters/secret-clients.ts";
import { secretsManager } from "../adapters/secrets-manager.ts";
import type { Config } from "../config.ts";
import type { Clients } from "../ports/clients.ts";
import { makeSecretsManager } from "./common.ts";

/** Who may call: on the local stack a file says it, on AWS a secret. */
export const makeClients = ({ door: { clientsFile, clientsSecretId } }: Config): Clients =>
  clientsFile === undefined
    ? secretClients(clientsSecretId, secretsManager(makeSecretsManager))
    : fileClients(clientsFile);

/** Only the local stack reads its clients from a file. There this machine itself may be called back. */
export const isLocal = ({ door: { clientsFile } }: Config): boolean => clientsFile !== undefined;
