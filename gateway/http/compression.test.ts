import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';
import { ask } from '../../testing/client.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { acceptedEncoding } from './compression.ts';

const long = 'a homestay '.repeat(1_000);
let url: string;
const stops: (() => Promise<unknown>)[] = [];

/** Answers compressed, as it is asked for by the field. */
const compressed: Record<string, (text: string) => Buffer> = {
  gzip: gzipSync,
  br: brotliCompressSync,
};

beforeAll(async () => {
  const subgraph = await startRawSubgraph(({ query }, response, { headers }) => {
    const [field = ''] = /\w+(?=\s*})/.exec(query) ?? [];
    const text = (value: string) => JSON.stringify({ data: { [field]: value } });
    if (field === 'long') return text(long);
    if (field === 'accepted') return text(String(headers['accept-encoding']));
    if (field === 'short') return text('short');
    const value = field === 'bomb' ? 'x'.repeat(5_000_000) : long;
    const encoding = field === 'bomb' ? 'gzip' : field;
    response.setHeader('content-encoding', encoding);
    response.end(compressed[encoding]?.(text(value)));
    return undefined;
  });
  const fields = 'long: String short: String gzip: String br: String bomb: String accepted: String';
  const gateway = await startGatewayOf(
    [{ name: 'stays', url: subgraph.url, sdl: `type Query { ${fields} }` }],
    { COMPRESS_FROM_BYTES: '1000', SUBGRAPH_MAX_ANSWER_BYTES: '1000000' },
  );
  stops.push(subgraph.stop, gateway.stop);
  url = gateway.url;
});
afterAll(() => Promise.all(stops.map((stop) => stop())));

async function get(query: string, accept?: string) {
  const { headers, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(accept === undefined ? {} : { 'accept-encoding': accept }),
    },
    body: JSON.stringify({ query }),
  });
  return { headers, body: Buffer.from(await body.arrayBuffer()) };
}

const unpacked = { gzip: gunzipSync, br: brotliDecompressSync };

test.each([
  'gzip',
  'br',
] as const)('a long answer is sent as %s to who accepts it', async (encoding) => {
  const { headers, body } = await get('{ long }', encoding);
  expect(headers['content-encoding']).toBe(encoding);
  expect(headers.vary).toContain('accept-encoding');
  expect(body.length).toBeLessThan(1_000);
  expect(Number(headers['content-length'])).toBe(body.length);
  expect(JSON.parse(unpacked[encoding](body).toString())).toEqual({ data: { long } });
});

test.each([
  ['a short answer', '{ short }', 'gzip, br'],
  ['a long answer to who accepts nothing', '{ long }', undefined],
  ['a long answer to who accepts only others', '{ long }', 'zstd, gzip;q=0'],
])('%s is sent as it is', async (_, query, accept) => {
  const { headers, body } = await get(query, accept);
  expect(headers['content-encoding']).toBeUndefined();
  expect(headers.vary).toContain('accept-encoding');
  expect(JSON.parse(body.toString())).toHaveProperty('data');
});

test.each([
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['br;q=0.5, gzip', 'gzip'],
  ['*', 'br'],
  ['*;q=0', undefined],
  ['gzip;q=0, *', 'br'],
  ['GZIP', 'gzip'],
  ['identity', undefined],
  ['identity;q=1, gzip;q=0.5', undefined],
  ['identity;q=0.5, gzip;q=0.6, br;q=0.4', 'gzip'],
  ['', undefined],
])('of %s, %s is taken', (accept, expected) => {
  expect(acceptedEncoding(accept)).toBe(expected);
});

test('a subgraph is asked for compressed answers, and they are read', async () => {
  const { data } = await ask(url, '{ accepted }');
  expect(data).toEqual({ accepted: 'gzip, br' });
  for (const field of ['gzip', 'br'])
    expect((await ask(url, `{ ${field} }`)).data).toEqual({ [field]: long });
});

test('what is too large when unpacked is refused, however small it comes', async () => {
  const { data, errors } = await ask(url, '{ bomb }');
  expect(data).toEqual({ bomb: null });
  expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE' } }]);
});
