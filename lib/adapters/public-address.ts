import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** All of IPv6 that is routed on the internet today; what is special inside it `range` tells. */
const GLOBAL_UNICAST = [ipaddr.IPv6.parse("2000::"), 3] as const;
/** A NAT64 gateway turns the last four bytes into the IPv4 address it calls. */
const NAT64 = [ipaddr.IPv6.parse("64:ff9b::"), 96] as const;

/**
 * Whether an address belongs to the public internet. No private, shared, link-local, loopback, documentation, benchmark,
 * multicast or reserved range does, nor any metadata service. An IPv6 address that carries an IPv4 address is judged by that
 * one if it is an IPv4-mapped or a NAT64 address, and refused otherwise (6to4, Teredo, local NAT64, IPv4-compatible).
 *
 * @param text an address as resolvers write it; anything else is not public
 * @see https://www.iana.org/assignments/iana-ipv4-special-registry
 * @see https://www.iana.org/assignments/iana-ipv6-special-registry
 */
export function isPublicAddress(text: string): boolean {
  const address = parse(text);
  if (address === undefined) return false;
  if (address instanceof ipaddr.IPv4) return address.range() === "unicast";
  return address.match([...GLOBAL_UNICAST]) && address.range() === "unicast";
}

/** Whether an address is this machine's own, also as an IPv4-mapped one. */
export const isLoopbackAddress = (text: string): boolean => parse(text)?.range() === "loopback";

/**
 * The address that a packet to `text` ends at. IPv6 goes through the URL standard first, which writes it in hexadecimal alone:
 * ipaddr.js takes `::127.0.0.1` for IPv4-mapped, and that is another address. Zones (`%eth0`) are of the inside.
 */
function parse(text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined {
  if (isIP(text) === 4) return ipaddr.IPv4.parse(text);
  const canonical = isIP(text) === 6 ? URL.parse(`http://[${text}]/`)?.hostname.slice(1, -1) : undefined;
  if (canonical === undefined) return undefined;
  const address = ipaddr.IPv6.parse(canonical);
  if (address.isIPv4MappedAddress()) return address.toIPv4Address();
  return address.match([...NAT64]) ? new ipaddr.IPv4(address.toByteArray().slice(12)) : address;
}
