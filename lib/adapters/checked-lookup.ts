import type { LookupAddress } from "node:dns";
import { isIP, type LookupFunction } from "node:net";
import { AppError } from "../domain/errors.ts";

/** A host led to an address that must not be called. The address is in no message: it may be of the inside. */
export class AddressRefused extends AppError {
  override readonly name = "AddressRefused";
  readonly code = "ADDRESS_REFUSED";
}

/** All addresses of a host, by whatever resolves names. */
export type Resolve = (hostname: string) => Promise<readonly LookupAddress[]>;

/**
 * A `lookup` for sockets that hands out only addresses that were judged. The socket connects to what it is handed, so a name
 * that resolves to something else a moment later (DNS rebinding) gains nothing. One bad address among several refuses
 * all of them: a host that is half inside is not one to call.
 */
export function checkedLookup(resolve: Resolve, mayConnect: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    resolve(hostname).then(
      (addresses) => {
        const [first] = addresses;
        if (first === undefined || !addresses.every(({ address }) => mayConnect(address))) {
          return callback(new AddressRefused("the host leads to an address that must not be called"), "");
        }
        if (options.all === true) return callback(null, [...addresses]);
        callback(null, first.address, first.family);
      },
      (error) => callback(error, ""),
    );
  };
}

/** A host that is an address itself is never looked up. */
export function refusesLiteral(hostname: string, mayConnect: (address: string) => boolean): boolean {
  const bare = hostname.replace(/^\[|\]$/g, "");
  return isIP(bare) !== 0 && !mayConnect(bare);
}
