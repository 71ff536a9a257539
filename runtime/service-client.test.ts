import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Served, serve } from '../testing/serve.ts';
import { ServiceUnavailable } from './errors.ts';
import { type ServiceClient, serviceClient } from './service-client.ts';

let asked = 0;
let answer: (nth: number) => string | undefined;
let client: ServiceClient;
let server: Served;
beforeEach(async () => {
  asked = 0;
  server = await serve((request, response) => {
    asked += 1;
    const text = answer(asked);
    if (text === undefined) request.socket.destroy();
    else response.end(text);
  });
  const serviceSecret = 'a secret of the tests, for the services';
  client = serviceClient({
    url: server.url,
    from: 'order',
    serviceSecret,
    timeoutMs: 2_000,
  });
});
afterEach(async () => {
  await client.stop();
  await server.stop();
});

test('a connection that breaks is tried once more', async () => {
  answer = (nth) => (nth === 1 ? undefined : '{"data":{"it":1}}');
  expect(await client.ask('{ it }')).toEqual({ it: 1 });
});

test.each([
  ['that keeps breaking connections', undefined, 2],
  ['that answers with an error', '{"errors":[{"message":"no"}]}', 1],
  ['that talks nonsense', 'nonsense', 1],
  ['that answers nothing', '{}', 1],
])('a service %s is unavailable', async (_what, text, times) => {
  answer = () => text;
  await expect(client.ask('{ it }')).rejects.toThrow(ServiceUnavailable);
  expect(asked).toBe(times);
});
