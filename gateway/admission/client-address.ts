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

/** One client has a whole /64 network of IPv6 addresses. */
function networkOf(seen: string): string {
  const [, ipv6, ipv4] = withPort.exec(seen) ?? [];
  const address = ipv6 ?? ipv4 ?? seen;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  if (mapped) return mapped;
  if (!isIPv6(address)) return address;
  const [head = '', tail] = address.split('::');
  const groups = head.split(':').filter(Boolean);
  const after = (tail ?? '').split(':').filter(Boolean);
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array<string>(Math.max(0, zeros)).fill('0'), ...after];
  return `${all
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':')}::/64`;
}
