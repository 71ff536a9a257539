import { expect, test } from '@jest/globals';
import { clientAddress } from './client-address.ts';

const from = (remoteAddress: string, forwarded?: string) =>
  ({
    headers: forwarded === undefined ? {} : { 'x-forwarded-for': forwarded },
    socket: { remoteAddress },
  }) as Parameters<typeof clientAddress>[0];

test.each([
  ['without a proxy: the peer', from('9.9.9.9', '1.1.1.1'), 0, '9.9.9.9'],
  ['behind one proxy: what it saw', from('10.0.0.1', '6.6.6.6, 1.1.1.1'), 1, '1.1.1.1'],
  [
    'behind two proxies: what the outer saw',
    from('10.0.0.1', '6.6.6.6, 1.1.1.1, 10.0.0.2'),
    2,
    '1.1.1.1',
  ],
  ['behind fewer proxies than said: the farthest known', from('9.9.9.9'), 2, '9.9.9.9'],
  ['a proxy that adds the port', from('10.0.0.1', '6.6.6.6, 1.1.1.1:50123'), 1, '1.1.1.1'],
  [
    'a proxy that adds the port to IPv6',
    from('10.0.0.1', '[2001:db8:0:1::7]:50123'),
    1,
    '2001:db8:0:1::/64',
  ],
  ['IPv4 in IPv6', from('::ffff:9.9.9.9'), 0, '9.9.9.9'],
  ['IPv4 in IPv6, in hexadecimal', from('::FFFF:909:909'), 0, '9.9.9.9'],
  ['IPv4 in IPv6, its zeros written out', from('0:0:0:0:0:ffff:9.9.9.9'), 0, '9.9.9.9'],
  ['IPv4 in IPv6 that ends in zeros', from('::ffff:9.0.0.0'), 0, '9.0.0.0'],
  ['IPv4 in IPv6 with a port', from('10.0.0.1', '[::ffff:9.9.9.9]:50123'), 1, '9.9.9.9'],
  ['IPv4 through NAT64', from('64:ff9b::909:909'), 0, '9.9.9.9'],
  ['IPv4 through NAT64, its zeros left out', from('64:ff9b::9'), 0, '0.0.0.9'],
  ['a network beside mapped addresses', from('::ffff:1:2:3'), 0, '0:0:0:0::/64'],
  ['a network beside NAT64', from('64:ff9b:1::9'), 0, '64:ff9b:1:0::/64'],
  ['IPv6 of one interface', from('fe80::1%eth0'), 0, 'fe80:0:0:0::/64'],
  ['IPv6 without zeros', from('2001:db8:0:1:aaaa:2:3:4'), 0, '2001:db8:0:1::/64'],
  ['IPv6 that ends in zeros', from('2001:db8:0:1:2::'), 0, '2001:db8:0:1::/64'],
  ['no address', from('10.0.0.1', 'unknown'), 1, 'unknown'],
  ['IPv6: its /64 network', from('2001:db8:0:1:aaaa::1'), 0, '2001:db8:0:1::/64'],
  ['IPv6 with zeros left out', from('2001:DB8::1'), 0, '2001:db8:0:0::/64'],
  ['the loopback address', from('::1'), 0, '0:0:0:0::/64'],
])('%s', (_what, request, proxies, address) => {
  expect(clientAddress(request, proxies)).toBe(address);
});
