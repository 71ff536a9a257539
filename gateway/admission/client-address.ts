import type { IncomingMessage } from 'node:http';
import { isIPv6 } from 'node:net';

/** What tells where a request comes from. */
export type ClientRequest = Pick<IncomingMessage, 'headers' | 'socket'>;

/**
 * The network address of a client, to count what it opens.
 * @param trustedProxies how many proxies in front of us add the address they see to
 *   `X-Forwarded-For`; what stands
 *   before that in the header is the client's own word, and is not believed
 */
export function clientAddress({ headers, socket }: ClientRequest, trustedProxies: number): string {
  const forwarded = String(headers['x-forwarded-for'] ?? '')
    .split(',')
    .map((address) => address.trim())
    .filter(Boolean);
  const hops = [...forwarded, socket.remoteAddress ?? ''];
  return networkOf(hops[Math.max(0, hops.length - 1 - trustedProxies)] ?? '');
}

/** Some proxies add the port, which is another one for each connection of a client. */
const withPort = /^(?:\[(.+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/;

/** Networks of IPv6 whose addresses hold one of IPv4: mapped, and of NAT64 (RFC 6052). */
const holdsIPv4 = /^(?:::ffff:|64:ff9b::)(?:([^:]+):)?([^:]+)$/;

/** One client has a whole /64 network of IPv6 addresses, and one way to write it. */
function networkOf(seen: string): string {
  const [, ipv6, ipv4] = withPort.exec(seen) ?? [];
  // A zone names an interface of who wrote it.
  const [address = ''] = (ipv6 ?? ipv4 ?? seen).split('%');
  if (!isIPv6(address)) return address;
  const shortest = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [, high = '0', low] = holdsIPv4.exec(shortest) ?? [];
  if (low) return [high, low].flatMap(bytesOf).join('.');
  const [head = '', tail = ''] = shortest.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = tail.split(':').filter(Boolean);
  const zeros = Array<string>(8 - groups.length - after.length).fill('0');
  return `${[...groups, ...zeros, ...after].slice(0, 4).join(':')}::/64`;
}

const bytesOf = (group: string): number[] => {
  const number = Number.parseInt(group, 16);
  return [number >> 8, number & 255];
};
