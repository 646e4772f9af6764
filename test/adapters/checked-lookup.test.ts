import { expect, it } from "vitest";
import { checkedLookup, refusesLiteral } from "../../lib/adapters/checked-lookup.ts";
import { isPublicAddress } from "../../lib/adapters/public-address.ts";

const PUBLIC = { address: "93.184.215.14", family: 4 };
const ask = (all: boolean, addresses: readonly { address: string; family: number }[]) =>
  new Promise<unknown>((resolve) => {
    const lookup = checkedLookup(async () => addresses, isPublicAddress);
    lookup("good.com", { all }, (error, address, family) => resolve(error?.name ?? [address, family]));
  });

it("hands out what was judged, in the form that is asked for", async () => {
  expect(await ask(true, [PUBLIC])).toEqual([[PUBLIC], undefined]);
  expect(await ask(false, [PUBLIC])).toEqual([PUBLIC.address, 4]);
  expect(await ask(false, [PUBLIC, { address: "10.0.0.1", family: 4 }])).toBe("AddressRefused");
});

it.each([
  { host: "127.0.0.1", want: true },
  { host: "[::1]", want: true },
  { host: "[::ffff:7f00:1]", want: true },
  { host: "93.184.215.14", want: false },
  { host: "good.com", want: false },
])("a host that is an address: $host is refused: $want", ({ host, want }) => {
  expect(refusesLiteral(host, isPublicAddress)).toBe(want);
});
