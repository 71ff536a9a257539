import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { ServiceUnavailable } from './errors.ts';
import { type ServiceClient, serviceClient } from './service-client.ts';

let asked = 0;
let answer: (nth: number) => string | undefined;
let client: ServiceClient;
const server = createServer((request, response) => {
  asked += 1;
  const text = answer(asked);
  if (text === undefined) request.socket.destroy();
  else response.end(text);
});
beforeEach(async () => {
  asked = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const serviceSecret = 'a secret of the tests, for the services';
  client = serviceClient({
    url: `http://127.0.0.1:${port}`,
    from: 'order',
    serviceSecret,
    timeoutMs: 2_000,
  });
});
afterEach(async () => {
  await client.stop();
  await new Promise((resolve) => server.close(resolve));
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
