import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const run = promisify(execFile);
const folder = mkdtempSync(join(tmpdir(), 'homestay-tls-'));
const certificate = join(folder, 'certificate.pem');
const key = join(folder, 'key.pem');
let server: Server;

beforeAll(async () => {
  const what = ['-x509', '-nodes', '-days', '2', '-subj', '/CN=localhost'];
  const kind = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
  const names = ['-addext', 'subjectAltName=DNS:localhost'];
  await run('openssl', ['req', ...what, ...kind, ...names, '-keyout', key, '-out', certificate]);
  const secrets = { cert: readFileSync(certificate), key: readFileSync(key) };
  server = createServer(secrets, (request, response) => response.end(`got ${request.url}`));
  await new Promise<void>((resolve) => server.listen(0, resolve));
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true });
});

const program = `
  import { openConnections } from './gateway/subgraphs/connections.ts';
  const options = { max: 1, connectTimeoutMs: 20_000, maxBytes: 100 };
  const connections = openConnections(process.argv[1], options);
  await new Promise((resolve) => connections.ask({
    message: 'GET /orders HTTP/1.1\\r\\nhost: localhost\\r\\n\\r\\n',
    done: ({ body }) => resolve(console.info(String(body))),
    failed: ({ code }) => resolve(console.info(code)),
  }));
  await connections.stop();
`;

/** In a process of its own: whom Node believes is decided when it starts. */
async function answerTo(host: string, env: NodeJS.ProcessEnv): Promise<string> {
  const { port } = server.address() as { port: number };
  const args = ['--import', 'tsx', '--input-type=module', '--eval', program];
  const asked = run(process.execPath, [...args, `https://${host}:${port}`], {
    env: { ...process.env, ...env },
  });
  return (await asked).stdout.trim();
}

test('a subgraph is asked over TLS if its certificate is believed and names it', async () => {
  const believed = { NODE_EXTRA_CA_CERTS: certificate };
  expect(await answerTo('localhost', believed)).toBe('got /orders');
  expect(await answerTo('127.0.0.1', believed)).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  expect(await answerTo('localhost', {})).toBe('DEPTH_ZERO_SELF_SIGNED_CERT');
}, 60_000);
