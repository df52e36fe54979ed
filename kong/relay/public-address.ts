// Addresses of the public internet, and connections that go nowhere else: for hosts that a client has a say in. The check
// is made on the address that is connected to, so that a name which resolves to another one later (DNS rebinding) gains
// nothing. https://www.iana.org/assignments/iana-ipv4-special-registry, …/iana-ipv6-special-registry
import dns from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import { GatewayError } from './errors.ts';

/** Not the public internet: this host, private networks, link-local (cloud metadata), carriers, tests, multicast. */
const SPECIAL_V4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  // Carrier-grade NAT; Alibaba Cloud's metadata service lives there.
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  // Oracle Cloud's metadata service lives there.
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  // Azure's host, which hands out its machines' configuration.
  ['168.63.129.16', 32],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
];

/** IPv4 in IPv6, where the IPv4 address decides: mapped, and NAT64. */
const EMBEDDING = ['::ffff:', '64:ff9b::'];

/** Within the global range, but tunnels to IPv4 or for documents. */
const SPECIAL_V6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const special = new BlockList();
const global = new BlockList();
for (const [network, prefix] of SPECIAL_V4) {
  special.addSubnet(network, prefix, 'ipv4');
  for (const start of EMBEDDING) special.addSubnet(start + network, 96 + prefix, 'ipv6');
}
for (const [network, prefix] of SPECIAL_V6) special.addSubnet(network, prefix, 'ipv6');
global.addSubnet('2000::', 3, 'ipv6');
for (const start of EMBEDDING) global.addSubnet(`${start}0.0.0.0`, 96, 'ipv6');

/** @param address an IP address as text; anything else is not public. */
export function isPublicAddress(address: string): boolean {
  const version = isIP(address);
  if (version === 4) return !special.check(address, 'ipv4');
  // A zone (`%eth0`) belongs to a link.
  if (version !== 6 || address.includes('%')) return false;
  return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/**
 * Connects to public addresses alone, for undici's `connect`. Of a name that has several addresses it takes those.
 * Fails with GatewayError address_forbidden.
 */
export function publicOnlyConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, lookup } as buildConnector.BuildOptions);
  return (to, callback) => {
    // An address is connected to without a look-up.
    const host = to.hostname.replace(/^\[|\]$/g, '');
    if (isIP(host) !== 0 && !isPublicAddress(host)) return callback(forbidden(), null);
    connect(to, callback);
  };
}

const forbidden = (): GatewayError => new GatewayError('address_forbidden');

const lookup: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error) return callback(error, '');
    const allowed = addresses.filter(({ address }) => isPublicAddress(address));
    const [first] = allowed;
    if (!first) return callback(forbidden(), '');
    if (options.all) callback(null, allowed);
    else callback(null, first.address, first.family);
  });
};
