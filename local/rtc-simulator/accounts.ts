import type { SignedRequest } from "./verify-signature.ts";

/** A key pair, and a session token where there is one. */
export type Keys = Readonly<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;

/** A Volcengine account as the vendor has it: its AppIds, its keys, its quota. */
export type SimulatedAccount = Readonly<{
  name: string;
  /** Left out: it takes every AppId. */
  appIds?: readonly number[];
  /** Every pair that is valid now: two while they are exchanged. */
  keys: () => readonly Keys[];
  region: string;
  quota: Readonly<{ messages: number; windowMs: number }>;
}>;

/** Whose keys signed a request, as it says itself. @returns `undefined` if nobody has such keys */
export function signerOf(accounts: readonly SimulatedAccount[], { headers }: SignedRequest) {
  const id = /Credential=([^/,]+)/.exec(headers.authorization ?? "")?.[1];
  for (const account of accounts) {
    const keys = account.keys().find(({ accessKeyId }) => accessKeyId === id);
    if (keys) return { account, keys };
  }
  return undefined;
}
