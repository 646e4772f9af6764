import type { Caller, Scope } from "./caller.ts";

/** One pair of credentials of a client. Two may be valid at a time, while they are exchanged. */
export type ClientKey = Readonly<{
  /** SHA-256 of the bearer key, lower-case hex. The key itself is kept nowhere. */
  sha256: string;
  accessKeyId: string;
  /** Signs requests as the vendor does. A signature can only be checked with the secret itself. */
  secretAccessKey: string;
  /** epoch ms */
  createdAtMs: number;
}>;

/** Who may call Volley, and what. An absent limit is no limit. */
export type Client = Readonly<{
  id: string;
  scopes: readonly Scope[];
  appIds?: readonly number[];
  /** Canonical decimal ids. */
  senders?: readonly string[];
  /** Receivers of one job, at the most. */
  maxReceivers?: number;
  requestsPerMinute?: number;
  /** Hosts that callbacks may go to: `example.com`, or `*.example.com` for those below it. */
  callbackHosts?: readonly string[];
  /** They sign callbacks, `whsec_…`; the newest last. */
  callbackSecrets?: readonly string[];
  keys: readonly ClientKey[];
}>;

/** The form of a client's id. It stands in keys of the tables and in names of objects. */
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
/** A role or a user of AWS, where IAM says who calls: `123456789012:role/Name`. */
const PRINCIPAL = /^\d{12}:[\w+=,.@/-]{1,500}$/;

export const isClientId = (text: string): boolean => NAME.test(text) || PRINCIPAL.test(text);

/** A client that has proved who it is, as a caller. */
export const toCaller = ({ id, scopes, appIds, senders, maxReceivers, callbackHosts }: Client): Caller => ({
  clientId: id,
  scopes: new Set(scopes),
  ...(appIds && { appIds }),
  ...(senders && { senders }),
  ...(maxReceivers !== undefined && { maxReceivers }),
  ...(callbackHosts && { callbackHosts }),
});
