import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Served, serve } from '../testing/serve.ts';
import { isPublic, outsideFault, outsideRequests } from './outside-request.ts';

const rules = { hosts: [], privateAddresses: false, timeoutMs: 2_000, maxBytes: 1_000 };

test.each([
  ['https://calendars.example/a.ics', null],
  ['http://calendars.example/a.ics', 'it must begin with https://'],
  ['file:///etc/passwd', 'it must begin with https://'],
  ['calendars.example', 'it is no address'],
  ['https://user:secret@calendars.example/', 'it must not hold a password'],
  ['https://127.0.0.1/', 'it is not public'],
  ['https://[::1]/', 'it is not public'],
  ['https://[::ffff:10.0.0.1]/', 'it is not public'],
  ['https://169.254.169.254/latest', 'it is not public'],
  ['https://0x7f000001/', 'it is not public'],
])('%s: %s', (url, fault) => {
  expect(outsideFault(url, rules)).toBe(fault);
});

test('only the hosts of the setting are asked, and those below them', () => {
  const some = { ...rules, hosts: ['example.com'] };
  expect(outsideFault('https://ics.example.com/a', some)).toBeNull();
  expect(outsideFault('https://badexample.com/a', some)).toBe('its host is not allowed');
});

test.each([
  '10.1.2.3',
  '192.168.0.1',
  '100.64.0.1',
  'fe80::1',
  'fd00::1',
  '0.0.0.0',
  '224.0.0.1',
])('%s is not public', (address) => expect(isPublic(address)).toBe(false));

let server: Served;
let url: string;
beforeAll(async () => {
  server = await serve((request, response) => {
    if (request.url === '/large') response.end('x'.repeat(2_000));
    else if (request.url === '/away') response.writeHead(302, { location: '/' }).end();
    else if (request.url !== '/silent') response.end('hello');
  });
  url = `http://localhost:${server.port}`;
});
afterAll(() => server.stop());

test('a name that leads to this machine is refused when the connection is made', async () => {
  const { ask, stop } = outsideRequests(rules);
  await expect(ask(url.replace('http:', 'https:'))).rejects.toThrow('localhost is not public');
  await stop();
});

test('an address that may not be asked is refused', async () => {
  const { ask, stop } = outsideRequests(rules);
  // No name of it is resolved.
  const own = `https://127.0.0.1:${server.port}/`;
  await expect(ask(own)).rejects.toThrow('refused: it is not public');
  await expect(ask(url)).rejects.toThrow('refused: it must begin with https://');
  await stop();
});

test('an answer has a limited size and time, and no redirect is followed', async () => {
  const { ask, stop } = outsideRequests({ ...rules, privateAddresses: true, timeoutMs: 500 });
  expect(await ask(`${url}/`)).toEqual({ status: 200, text: 'hello' });
  expect((await ask(`${url}/away`)).status).toBe(302);
  await expect(ask(`${url}/large`)).rejects.toThrow();
  await expect(ask(`${url}/silent`)).rejects.toThrow();
  await stop();
});
