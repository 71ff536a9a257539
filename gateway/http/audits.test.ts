import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serverAudits } from 'graphql-http';
import { startTestGateway } from '../../testing/gateway/small-system.ts';

let gateway: Awaited<ReturnType<typeof startTestGateway>>;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(() => gateway.stop());

/**
 * What a browser may send to other origins unasked is refused, so that queries by GET need a
 * header.
 */
const notices = [
  'MAY accept application/x-www-form-urlencoded formatted GET requests',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/graphql-response+json',
  'MAY allow URL-encoded JSON string {variables} parameter in GETs when accepting application/json',
];

test('GraphQL over HTTP: of graphql-http’s 61 audits none warns or fails, and three are notices', async () => {
  const audits = serverAudits({ url: `${gateway.url}/graphql`, fetchFn: fetch });
  const results = await Promise.all(
    audits.map(async ({ name, fn }) => {
      const { status } = await fn();
      return { name, status };
    }),
  );
  const notOk = results.filter(({ status }) => status !== 'ok');
  expect(results).toHaveLength(61);
  expect(notOk.filter(({ status }) => status !== 'notice')).toEqual([]);
  expect(notOk.map(({ name }) => name)).toEqual(notices);
});
