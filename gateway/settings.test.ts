import { expect, test } from '@jest/globals';
import { gatewaySettings } from './settings.ts';

const right = { SERVICE_SECRET: 's'.repeat(32), JWT_SECRET: 'j'.repeat(32) };

test('stands on its defaults', () => {
  expect(gatewaySettings(right)).toMatchObject({
    PORT: 4000,
    SUBGRAPH_TIMEOUT: 10_000,
    QUERY_MAX_DEPTH: 16,
  });
});

test.each([
  ['no way to verify tokens', { JWT_SECRET: '' }, 'exactly one'],
  ['two ways to verify tokens', { JWKS_URL: 'https://id.example.com/keys' }, 'exactly one'],
  ['a secret that is short', { JWT_SECRET: 'short' }, 'JWT_SECRET'],
  ['a limit of nothing', { QUERY_MAX_DEPTH: '0' }, 'QUERY_MAX_DEPTH'],
  [
    'answers that are longer than a text',
    { SUBGRAPH_MAX_ANSWER_BYTES: '600000000' },
    'SUBGRAPH_MAX_ANSWER_BYTES',
  ],
  ['an invalid address', { ORDER_URL: 'order' }, 'ORDER_URL'],
])('refuses %s', (_what, wrong, named) => {
  expect(() => gatewaySettings({ ...right, ...wrong })).toThrow(named);
});
