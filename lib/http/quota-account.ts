import { type Accounts, accountOf, namesOf, senderOf } from "../domain/account.ts";
import { Invalid } from "../domain/errors.ts";
import type { Text } from "../domain/text.ts";
import { INT32_MAX } from "../volcengine/limits.ts";
import { queryReader } from "./query-reader.ts";
import type { Request } from "./request.ts";

/**
 * Whose quota a request is about: that of `Account`, or the one that `AppId` spends. Where there is only one it need not be named.
 *
 * @returns the name that it is kept under
 * @throws {Invalid} naming every bad parameter
 */
export function readQuotaAccount(request: Request, accounts: Accounts): string {
  const names = namesOf(accounts);
  const hasApps = accounts.scope === "app";
  const read = queryReader(request, ["Account", "AppId"]);
  const appId = read.number("AppId", 1, INT32_MAX);
  const name = hasApps ? read.text("Account", APP, "must be app- and an AppId") : read.oneOf("Account", names);
  read.end();
  if (hasApps && name !== undefined && senderOf(accounts, name) === undefined) throw fault("Account", NOBODYS);
  if (appId !== undefined) {
    const account = accountOf(accounts, appId);
    if (account === undefined || (name !== undefined && name !== account)) throw fault("AppId", notOf(name));
    return account;
  }
  if (hasApps && name === undefined) throw fault("AppId", "is missing: each app has its own quota");
  const [only] = names;
  if (name === undefined && (only === undefined || names.length > 1)) {
    throw fault("Account", `is missing: it must be one of ${names.join(", ")}`);
  }
  return name ?? only ?? "";
}

const APP = /^app-[1-9][0-9]{0,9}$/;
const NOBODYS = "belongs to no account that messages are sent by";

const notOf = (name: string | undefined): Text =>
  name === undefined ? NOBODYS : `does not belong to the account ${name}`;

const fault = (name: string, detail: Text): Invalid =>
  new Invalid("the query has faults", [{ pointer: `?${name}`, detail }]);
