import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { freePort } from '../embedded/free-port.ts';
import { portSetting, type ServiceName, serviceNames } from '../runtime/services.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
}, 60_000);
afterAll(() => system?.stop());

const readiness = async (url: string) => {
  const response = await fetch(`${url}/health/ready`);
  return { code: response.status, ...((await response.json()) as object) };
};

/**
 * One more process of this service, with settings of its own; the other processes stay as they are.
 */
async function readinessOfAnother(name: ServiceName, env: Record<string, string>) {
  const port = await freePort();
  const stop = await system.startCopy(name, { ...env, [portSetting(name)]: `${port}` });
  const answer = await readiness(`http://127.0.0.1:${port}`);
  await stop();
  return answer;
}

describe('F13: ready means that a signed request went round', () => {
  const wrong = { SERVICE_SECRET: 'not the secret of the other services at all' };

  test.each(serviceNames)('%s is ready among its sisters', async (name) => {
    expect(await readiness(system.urls[name])).toEqual({ status: 'ready', code: 200 });
  });

  test('an order service that closes no orders says so', async () => {
    expect(await readinessOfAnother('order', { CLOSING: 'paused' })).toEqual({
      ...{ status: 'ready', code: 200 },
      notes: ['CLOSING=paused'],
    });
  });

  test.each<[ServiceName, string]>([
    ['gateway', 'travel'],
    ['scheduler', 'order'],
    ['order', 'travel'],
    ['payment', 'order'],
    ['travel', 'order'],
  ])('%s with another secret is not ready, and names %s, which does not believe it', async (name, sister) => {
    expect(await readinessOfAnother(name, wrong)).toMatchObject({
      code: 503,
      failed: { [sister]: expect.stringContaining('does not believe our signature') },
    });
  });
});
