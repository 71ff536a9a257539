import { expect, test } from '@jest/globals';
import { subgraphAddress } from './address.ts';

test.each([
  ['http://user@review/graphql', {}],
  ['http://review/graphql', { url: 'http://:word@review/graphql' }],
  ['http://review/graphql', { subscriptionUrl: 'wss://user:word@events/live' }],
])('%s with %j is refused for its user or password, which would not be sent', (url, override) => {
  expect(() => subgraphAddress('review', url, override)).toThrow(
    /^the subgraph review cannot be asked: its URL has a user or a password$/,
  );
});

test.each([
  [
    'https://review:4006/a/graphql?tenant=7',
    {},
    ['https://review:4006', '/a/graphql?tenant=7', 'wss://review:4006/a/graphql?tenant=7'],
  ],
  ['http://review', {}, ['http://review', '/', 'ws://review/']],
  ['http://[::1]:80/a/#b', {}, ['http://[::1]', '/a/', 'ws://[::1]/a/']],
  [
    'http://review/graphql',
    { subscriptionUrl: 'ws://review/live#b', subscriptionProtocol: 'graphql-sse' as const },
    ['http://review', '/graphql', 'http://review/live'],
  ],
  [
    'http://review/graphql',
    { subscriptionProtocol: 'graphql-sse' as const },
    ['http://review', '/graphql', 'http://review/graphql'],
  ],
  [
    'http://review/graphql',
    { subscriptionUrl: 'wss://events/live' },
    ['http://review', '/graphql', 'wss://events/live'],
  ],
])('%s with %j is asked, and subscribed to, at', (url, override, expected) => {
  const { origin, path, subscriptionUrl } = subgraphAddress('review', url, override);
  expect([origin, path, subscriptionUrl]).toEqual(expected);
});
