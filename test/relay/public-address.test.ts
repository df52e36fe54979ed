// Which addresses are the public internet, and that a connection goes to what was checked.
import dns from 'node:dns';
import { EventEmitter } from 'node:events';
import net, { type LookupFunction } from 'node:net';
import { afterEach, expect, test, vi } from 'vitest';
import { isPublicAddress, publicOnlyConnector } from '../../kong/relay/public-address.ts';

afterEach(() => void vi.restoreAllMocks());

test.each([
  '0.0.0.0',
  '10.1.2.3',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.254',
  '169.254.169.254',
  '168.63.129.16',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:a9fe:a9fe',
  '64:ff9b::10.0.0.1',
  '64:ff9b:1::1',
  '::127.0.0.1',
  'fe80::1',
  'fe80::1%eth0',
  '2606:4700::1%eth0',
  'fec0::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '2001:db8::1',
  '2001::1',
  '2002:7f00:1::',
  '100::1',
  'localhost',
  '',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false);
});

test.each([
  '1.1.1.1',
  '100.63.255.255',
  '100.128.0.1',
  '172.15.255.255',
  '172.32.0.1',
  '168.63.129.17',
  '192.1.0.1',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2a00:1450:4001::1',
  '::ffff:1.1.1.1',
  '64:ff9b::1.1.1.1',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true);
});

interface Found {
  error: (Error & { code?: string | undefined }) | null;
  addresses: string[];
}

/** The look-up that a connection would be made with; nothing is connected to. */
function lookupOf(hostname: string): (all: boolean) => Promise<Found> {
  let lookup: LookupFunction | undefined;
  vi.spyOn(net, 'connect').mockImplementation(((options: { lookup: LookupFunction }) => {
    lookup = options.lookup;
    const socket = new EventEmitter() as net.Socket;
    return Object.assign(socket, {
      setKeepAlive: () => socket,
      setNoDelay: () => socket,
      destroy: () => socket,
    });
  }) as never);
  publicOnlyConnector({ timeout: 0 })({ hostname, host: hostname, protocol: 'http:', port: '80' }, () => {});
  return (all) =>
    new Promise((resolve) => {
      lookup!(hostname, { all }, (error, found) => {
        const addresses = typeof found === 'string' ? [found] : (found ?? []).map(({ address }) => address);
        resolve({ error, addresses: error ? [] : addresses });
      });
    });
}

function resolvesTo(...answers: string[][]): void {
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _name: string,
    _options: object,
    callback: (error: null, found: dns.LookupAddress[]) => void,
  ) => {
    const addresses = answers.length > 1 ? answers.shift()! : answers[0]!;
    callback(
      null,
      addresses.map((address) => ({ address, family: net.isIP(address) })),
    );
  }) as never);
}

test('a name is checked in the look-up that the connection is made with, each time anew', async () => {
  resolvesTo(['1.1.1.1'], ['169.254.169.254']);
  const lookup = lookupOf('rebinds.example');
  expect(await lookup(true)).toEqual({ error: null, addresses: ['1.1.1.1'] });
  expect(await lookup(true)).toMatchObject({ error: { code: 'address_forbidden' }, addresses: [] });
});

test('of several addresses only public ones are tried, in either way of asking', async () => {
  resolvesTo(['127.0.0.1', '1.1.1.1', '::1', '2606:4700::1']);
  const lookup = lookupOf('mixed.example');
  expect((await lookup(true)).addresses).toEqual(['1.1.1.1', '2606:4700::1']);
  expect((await lookup(false)).addresses).toEqual(['1.1.1.1']);
});

test.each(['127.0.0.1', '10.0.0.1', '[::1]', '[::ffff:7f00:1]'])(
  'the address %s itself is refused',
  async (hostname) => {
    const connect = vi.spyOn(net, 'connect');
    const error = await new Promise((resolve) => {
      publicOnlyConnector({ timeout: 0 })(
        { hostname, host: hostname, protocol: 'http:', port: '80' },
        (...[found]) => resolve(found),
      );
    });
    expect(error).toMatchObject({ code: 'address_forbidden' });
    expect(connect).not.toHaveBeenCalled();
  },
);

test('a name that cannot be looked up fails as the look-up did', async () => {
  const failure = Object.assign(new Error('no such name'), { code: 'ENOTFOUND' });
  vi.spyOn(dns, 'lookup').mockImplementation(((
    _name: string,
    _options: object,
    callback: (error: Error) => void,
  ) => callback(failure)) as never);
  const connect = publicOnlyConnector({});
  const error = await new Promise((resolve) =>
    connect({ hostname: 'name.invalid', host: 'name.invalid', protocol: 'http:', port: '80' }, (...[found]) =>
      resolve(found),
    ),
  );
  expect(error).toMatchObject({ code: 'ENOTFOUND' });
});
