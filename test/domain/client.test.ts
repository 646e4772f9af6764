import { describe, expect, it } from "vitest";
import { type Client, isClientId, toCaller } from "../../lib/domain/client.ts";

const long = (n: number): string => "a".repeat(n);

describe("isClientId", () => {
  it.each(["a", "0", "A.b_c-9", `a${long(63)}`, "123456789012:role/Name", `123456789012:user/x+=,.@-${long(400)}`])(
    "takes %s",
    (id) => expect(isClientId(id)).toBe(true),
  );

  it.each([
    { when: "nothing", id: "" },
    { when: "a sign first", id: ".a" },
    { when: "a dash first", id: "-a" },
    { when: "65 characters", id: `a${long(64)}` },
    { when: "a space behind", id: "a " },
    { when: "a line end behind", id: "a\n" },
    { when: "a slash", id: "a/b" },
    { when: "a hash, which parts keys of the tables", id: "a#b" },
    { when: "an account of 11 digits", id: "12345678901:role/Name" },
    { when: "an account of 13 digits", id: "1234567890123:role/Name" },
    { when: "an account of letters", id: "abcdefghijkl:role/Name" },
    { when: "a principal without a name", id: "123456789012:" },
    { when: "a principal of 501 characters", id: `123456789012:${long(501)}` },
    { when: "a principal with a space", id: "123456789012:role/a b" },
    { when: "something before the account", id: "arn:123456789012:role/Name" },
  ])("refuses $when", ({ id }) => expect(isClientId(id)).toBe(false));

  it("takes a principal of 500 characters", () => expect(isClientId(`123456789012:${long(500)}`)).toBe(true));
});

describe("toCaller", () => {
  const BARE: Client = { id: "shop", scopes: ["send", "read"], keys: [] };
  const LIMITS = {
    appIds: [7],
    senders: ["10001"],
    maxReceivers: 0,
    callbackHosts: ["example.com"],
  };

  it("has no limit that the client does not have", () => {
    expect(toCaller(BARE)).toStrictEqual({ clientId: "shop", scopes: new Set(["send", "read"]) });
  });

  it("has all limits of the client, and none of its secrets", () => {
    const client = { ...BARE, ...LIMITS, requestsPerMinute: 1, callbackSecrets: ["whsec_invented"] };
    expect(toCaller(client)).toStrictEqual({ clientId: "shop", scopes: new Set(["send", "read"]), ...LIMITS });
  });
});
