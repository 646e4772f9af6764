import type { QuotaPolicy } from "./quota/ledger.ts";

/** Whose quota is spent. The vendor documents it per Volcengine account, shared by all its AppIds. */
export type QuotaScope = "account" | "app";

/** A Volcengine account: whose messages it sends, where to, and how many. Its keys stand in a secret of its own. */
export type Account = Readonly<{
  name: string;
  /** Left out: every AppId counts as its own. Then there is no other account. */
  appIds?: readonly number[];
  /** Origin of the vendor's API. */
  endpoint: string;
  /** Of the signature. */
  region: string;
  secretId: string | undefined;
  policy: QuotaPolicy;
}>;

/** The accounts of a stage. `policy`: of what none of them has, such as the jobs of an account that was taken out. */
export type Accounts = Readonly<{ scope: QuotaScope; all: readonly Account[]; policy: QuotaPolicy }>;

/** The only account of a stage that names none. */
export const SOLE_ACCOUNT = "account";

const APP = /^app-([0-9]+)$/; // no account is named like this

/**
 * The name under which the quota of a message to `appId` is kept, and by which its job knows who sends it.
 *
 * @returns `undefined` if the AppId belongs to no account
 */
export function accountOf({ scope, all }: Accounts, appId: number): string | undefined {
  const owner = ownerOfApp(all, appId);
  return owner && (scope === "app" ? `app-${appId}` : owner.name);
}

/** The account that sends what is kept under the name `account`. @returns `undefined` if it was taken out of the settings */
export function senderOf({ all }: Accounts, account: string): Account | undefined {
  const [, appId] = APP.exec(account) ?? [];
  return appId === undefined ? all.find(({ name }) => name === account) : ownerOfApp(all, Number(appId));
}

/** What may be sent under the name `account`, by the settings. */
export const policyOf = (accounts: Accounts, account: string): QuotaPolicy =>
  senderOf(accounts, account)?.policy ?? accounts.policy;

/** The names that quota can be kept under, without those of single AppIds. */
export const namesOf = ({ all }: Accounts): readonly string[] => all.map(({ name }) => name);

const ownerOfApp = (all: readonly Account[], appId: number): Account | undefined =>
  all.find(({ appIds }) => appIds === undefined || appIds.includes(appId));
