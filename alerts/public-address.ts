import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Addresses that are public by their range and still belong to a cloud's inside: Azure's
 * (https://learn.microsoft.com/en-us/azure/virtual-network/what-is-ip-address-168-63-129-16).
 */
const inside = ['168.63.129.16'];

/**
 * Whether an IP address is one of the public internet: not private, loopback, link-local, shared (Alibaba Cloud's metadata
 * service is 100.100.100.200), reserved or multicast. An IPv6 address that carries an IPv4 one (mapped, translated, 6to4,
 * Teredo, the old compatible form) is none, except that the mapped form is judged as the IPv4 address it is.
 */
export function isPublicAddress(text: string): boolean {
  // The library reads `16777216` as well, and `::8.8.8.8` as the mapped form.
  if (isIP(text) === 0 || /^::\d+\./.test(text) || !ipaddr.isValid(text)) return false;
  const address = ipaddr.process(text);
  if (inside.includes(address.toString())) return false;
  return address.range() === 'unicast' && !isIpv4Compatible(address);
}

/** `::127.0.0.1`: the first 96 bits are zero. Nothing public is there. */
function isIpv4Compatible(address: ipaddr.IPv4 | ipaddr.IPv6): boolean {
  return (
    address.kind() === 'ipv6' &&
    address
      .toByteArray()
      .slice(0, 12)
      .every((byte) => byte === 0)
  );
}
