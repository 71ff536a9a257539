import { get } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { freePort } from '../embedded/free-port.ts';
import { canSharePort } from '../runtime/open-port.ts';
import { eventually } from '../testing/eventually.ts';
import { startTestGateway, testSettings } from '../testing/gateway/small-system.ts';

test.each([
  ['20.20.2', false],
  ['22.11.0', false],
  ['22.12.0', true],
  ['23.0.0', false],
  ['23.1.0', true],
  ['24.0.0', true],
])('Node %s lets processes share a port: %p', (version, can) => {
  expect(canSharePort(version)).toBe(can);
});

const here = (can: boolean) => (canSharePort() === can ? test : test.skip);

here(false)('an older Node refuses to share the port', () => {
  expect(() => testSettings({ SHARE_PORT: 'true', OPERATIONS_PORT: '0' })).toThrow(
    'SHARE_PORT: needs Node 22.12 or later',
  );
});

describe('gateways that share a port', () => {
  here(true)('need an address each for their health and metrics', () => {
    expect(() => testSettings({ SHARE_PORT: 'true' })).toThrow('SHARE_PORT: needs OPERATIONS_PORT');
  });

  here(true)('all answer, and when one stops the others do', async () => {
    const shared = { SHARE_PORT: 'true', PORT: `${await freePort()}`, OPERATIONS_PORT: '0' };
    const gateways = [await startTestGateway(shared), await startTestGateway(shared)] as const;
    expect(gateways[0].url).toBe(gateways[1].url);
    await eventually(async () => {
      await askAnew(gateways[0].url);
      return (await Promise.all(gateways.map(answered))).every((count) => count > 0);
    });
    await gateways[0].stop();
    for (let i = 0; i < 10; i += 1) expect(await askAnew(gateways[1].url)).toBe(200);
    await gateways[1].stop();
  });
});

/** Asks over a connection of its own. @returns the status */
const askAnew = (url: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const headers = { 'apollo-require-preflight': 'true' };
    get(`${url}/graphql?query={__typename}`, { agent: false, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode));
    }).once('error', reject);
  });

/** How many queries a gateway has answered, as its metrics say. */
async function answered({ operationsUrl }: { operationsUrl?: string }): Promise<number> {
  const metrics = await (await fetch(`${operationsUrl}/metrics`)).text();
  return Number(
    /^gateway_request_seconds_count\{.*status="200".*\} (\d+)/m.exec(metrics)?.[1] ?? 0,
  );
}
