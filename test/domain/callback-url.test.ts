import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callbackFaults } from "../../lib/domain/callback-url.ts";

const hosts = ["good.com", "*.example.com", "bücher.example", "127.0.0.1", "localhost"];
const onAws = { loopbackAllowed: false };
const onLocalStack = { loopbackAllowed: true };

const NOT_LISTED = "must name a host that this client may call";
const NOT_HTTPS = "must be an absolute https URL";
const ADDRESS = "must name a host, not an address";
const MACHINE = "must not name this machine";
const PORT = "must have port 443 or one from 1024";
const USER = "must have no user name or password";
const ODD = "must have no white space and no backslash";

describe("a callback may go to", () => {
  it.each([
    { url: "https://good.com" },
    { url: "https://good.com/hooks?job=1" },
    { url: "https://GOOD.com./", when: "upper case, a dot at the end" },
    { url: "https://good.com:443/" },
    { url: "https://good.com:8443/" },
    { url: "https://a.example.com/" },
    { url: "https://a.b.example.com/" },
    { url: "https://xn--bcher-kva.example/", when: "the list has it in letters" },
    { url: "https://bücher.example/" },
    { url: `https://good.com/${"a".repeat(2_048 - 17)}`, when: "2,048 characters" },
    { url: "http://127.0.0.1:4000/", at: onLocalStack },
    { url: "http://localhost/", at: onLocalStack },
    { url: "https://127.1:4000/", at: onLocalStack },
  ])("$url", ({ url, at = onAws }) => expect(callbackFaults(url, hosts, at)).toEqual([]));
});

describe("a callback may not go to", () => {
  it.each([
    { url: "", want: [NOT_HTTPS] },
    { url: "good.com/x", want: [NOT_HTTPS] },
    { url: "//good.com/x", want: [NOT_HTTPS] },
    { url: "https:good.com/", want: [NOT_HTTPS] },
    { url: "https:///good.com/", want: [NOT_HTTPS] },
    { url: "http://good.com/", want: [NOT_HTTPS] },
    { url: "http://good.com/", at: onLocalStack, want: [NOT_HTTPS] },
    { url: "ftp://good.com/", want: [NOT_HTTPS] },
    { url: "file:///etc/passwd", want: [NOT_HTTPS] },
    { url: "https://evil.com/", want: [NOT_LISTED] },
    { url: "https://sub.good.com/", want: [NOT_LISTED] },
    { url: "https://example.com/", want: [NOT_LISTED] },
    { url: "https://evil-example.com/", want: [NOT_LISTED] },
    { url: "https://example.com.evil.net/", want: [NOT_LISTED] },
    { url: "https://good.com%2eevil.net/", want: [NOT_LISTED] },
    { url: "https://good.com@evil.com/", want: [USER, NOT_LISTED] },
    { url: "https://good.com@127.0.0.1/", want: [USER, ADDRESS] },
    { url: "https://@good.com/", want: [USER] },
    { url: "https://evil.com\\@good.com/", want: [ODD, NOT_LISTED] },
    { url: "https://good.com\\@127.0.0.1/", want: [ODD] },
    { url: " https://good.com/", want: [NOT_HTTPS] },
    { url: "https://good.com/\r\nx: y", want: [ODD] },
    { url: "https://good.com/#part", want: ["must have no fragment"] },
    { url: "https://good.com:22/", want: [PORT] },
    { url: "https://good.com:80/", want: [PORT] },
    { url: `https://good.com/${"a".repeat(2_048 - 16)}`, want: ["must have at most 2048 characters"] },
  ])("$url", ({ url, at = onAws, want }) => expect(callbackFaults(url, hosts, at)).toEqual(want));

  it.each([
    { url: "https://127.0.0.1/", form: "decimal parts" },
    { url: "https://2130706433/", form: "one decimal number" },
    { url: "https://0x7f000001/", form: "one hexadecimal number" },
    { url: "https://0x7f.0.0.1/", form: "a hexadecimal part" },
    { url: "https://0177.0.0.1/", form: "an octal part" },
    { url: "https://127.1/", form: "short" },
    { url: "https://127.0.0.1./", form: "a dot at the end" },
    { url: "https://①②⑦.0.0.1/", form: "other digits" },
    { url: "https://127%2e0%2e0%2e1/", form: "escaped" },
    { url: "https://[::1]/", form: "IPv6" },
    { url: "https://[::ffff:127.0.0.1]/", form: "IPv4-mapped IPv6" },
    { url: "https://[::ffff:7f00:1]/", form: "the same in hexadecimal" },
    { url: "https://[64:ff9b::7f00:1]/", form: "NAT64" },
    { url: "https://169.254.169.254/latest/meta-data/", form: "metadata service" },
    { url: "https://[fd00:ec2::254]/", form: "metadata service, IPv6" },
    { url: "https://10.0.0.1/", form: "private" },
    { url: "https://0/", form: "unspecified" },
    { url: "https://93.184.215.14/", form: "a public one too" },
  ])("an address, although its client may call it: $url ($form)", ({ url }) => {
    const listed = [URL.parse(url)?.hostname ?? ""];
    expect(callbackFaults(url, listed, onAws)).toEqual([ADDRESS]);
  });

  it.each([
    { url: "https://localhost/" },
    { url: "https://localhost./" },
    { url: "https://LOCALHOST/" },
    { url: "https://a.localhost/" },
  ])("this machine by name: $url", ({ url }) => {
    expect(callbackFaults(url, ["localhost", "*.localhost"], onAws)).toEqual([MACHINE]);
  });

  it("any host, where the client has none", () => {
    expect(callbackFaults("https://good.com/", [], onAws)).toEqual([NOT_LISTED]);
    expect(callbackFaults("https://good.com/", ["", "*", "*.", "https://good.com", "x y"], onAws)).toEqual([
      NOT_LISTED,
    ]);
  });

  it("several faults are told at once", () => {
    expect(callbackFaults("http://u:p@10.0.0.1:22/#x", hosts, onAws)).toEqual([
      NOT_HTTPS,
      USER,
      "must have no fragment",
      ADDRESS,
      PORT,
      NOT_LISTED,
    ]);
  });
});

it("whatever is accepted leads to a listed name over https, as the URL standard reads it", () => {
  const piece = fc.constantFrom(
    "https://",
    "http://",
    "good.com",
    "evil.com",
    "127.0.0.1",
    "@",
    "\\",
    ":",
    "#",
    "/",
    ".",
    "?",
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join("");
      if (callbackFaults(text, ["good.com"], onAws).length > 0) return;
      const { protocol, hostname, username } = new URL(text);
      expect([protocol, hostname.replace(/\.$/, ""), username]).toEqual(["https:", "good.com", ""]);
    }),
    { numRuns: 2_000 },
  );
});
