import { describe, expect, it } from "vitest";
import { callbackFaults } from "../../lib/domain/callback-url.ts";

const onAws = { loopbackAllowed: false };
const onLocalStack = { loopbackAllowed: true };
const hosts = ["good.com", "*.example.com", "127.10.20.30", "[::1]"];

describe("what looks like an address, a machine or a port that it is not:", () => {
  it.each([
    { url: "https://1.2.3.4.example.com/", when: "a name that begins as an address does" },
    { url: "https://127.0.0.1.example.com/", when: "a name that begins as this machine's address does" },
    { url: "https://localhost.example.com/", when: "a name that begins as this machine's name does" },
    { url: "https://good.com/a@b", when: "an at sign in the path" },
    { url: "https://good.com/?a=https://u@b", when: "an at sign in the query" },
    { url: "https://good.com:1024/", when: "the first free port" },
    { url: "http://127.10.20.30:4000/", at: onLocalStack, when: "another address of this machine" },
    { url: "http://[::1]:4000/", at: onLocalStack, when: "this machine's address, IPv6" },
    { url: "http://127.10.20.30:22/", at: onLocalStack, when: "any port of this machine, on the local stack" },
  ])("$when", ({ url, at = onAws }) => expect(callbackFaults(url, hosts, at)).toEqual([]));

  it.each([
    { url: "https://good.com:1023/", want: ["must have port 443 or one from 1024"] },
    { url: "http://good.com:443/", want: ["must be an absolute https URL"] },
    { url: "xhttps://good.com/", want: ["must be an absolute https URL"] },
  ])("but not $url", ({ url, want }) => expect(callbackFaults(url, hosts, onAws)).toEqual(want));
});
