import { lookup } from 'node:dns';
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { Agent } from 'undici';
import type { Stop } from './lifecycle.ts';

/** Where requests to addresses that users name may go. */
export type OutsideRules = {
  /** Only these hosts and what lies below them; any host if empty. */
  hosts: readonly string[];
  /** Whether addresses of this machine and of private networks are allowed too. */
  privateAddresses: boolean;
  /** How long an answer may take. */
  timeoutMs: number;
  /** How large an answer may be. */
  maxBytes: number;
};

/**
 * A request to an address that a user named: a GET, or with a body, a POST. It follows no redirect.
 */
export type OutsideRequest = (
  url: string,
  given?: { headers?: Record<string, string>; body?: string },
) => Promise<{ status: number; text: string }>;

/** Why an address that a user names is not asked; null if it may be. */
export function outsideFault(
  url: string,
  { hosts, privateAddresses }: OutsideRules,
): string | null {
  if (!URL.canParse(url)) return 'it is no address';
  const { protocol, hostname, username, password } = new URL(url);
  const insecure = protocol === 'http:' && privateAddresses;
  if (protocol !== 'https:' && !insecure) return 'it must begin with https://';
  if (username || password) return 'it must not hold a password';
  const host = hostname.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0 && !privateAddresses && !isPublic(host)) return 'it is not public';
  const allowed = hosts.length === 0 || hosts.some((one) => isBelow(host, one));
  return allowed ? null : 'its host is not allowed';
}

const isBelow = (host: string, allowed: string): boolean =>
  host === allowed || host.endsWith(`.${allowed}`);

/** Whether an address is one of the Internet, and not of this machine or a private network. */
export function isPublic(address: string): boolean {
  // An IPv4 address written as IPv6 is judged as what it is.
  return ipaddr.process(address).range() === 'unicast';
}

/**
 * Asks addresses that users name, and nothing else than those: the address that a name resolves to
 * is judged when the connection is made, so that a name cannot change its meaning in between.
 */
export function outsideRequests(rules: OutsideRules): { ask: OutsideRequest; stop: Stop } {
  const agent = new Agent({
    connect: { lookup: guardedLookup(rules), timeout: rules.timeoutMs },
    maxResponseSize: rules.maxBytes,
    headersTimeout: rules.timeoutMs,
    bodyTimeout: rules.timeoutMs,
    connections: 4,
  });
  return {
    async ask(url, { headers = {}, body } = {}) {
      const fault = outsideFault(url, rules);
      if (fault) throw new Error(`the address is refused: ${fault}`);
      const { origin, pathname, search } = new URL(url);
      const answer = await agent.request({
        origin,
        path: pathname + search,
        method: body === undefined ? 'GET' : 'POST',
        headers,
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.timeout(rules.timeoutMs),
      });
      return { status: answer.statusCode, text: await answer.body.text() };
    },
    stop: () => agent.destroy(),
  };
}

type Lookup = typeof lookup;

/** Resolves a name as usual, and refuses what it must not lead to. */
const guardedLookup = ({ privateAddresses }: OutsideRules): Lookup =>
  ((host: string, options: object, done: (...answer: unknown[]) => void) => {
    lookup(host, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error);
      const allowed = addresses.filter(({ address }) => privateAddresses || isPublic(address));
      const [first] = allowed;
      if (!first) return done(new Error(`${host} is not public`));
      return 'all' in options && options.all
        ? done(null, allowed)
        : done(null, first.address, first.family);
    });
  }) as Lookup;
