import { expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { documentReader } from './documents.ts';

test('a text that is remembered is read once', () => {
  const read = documentReader(4_000);
  const document = read('{ a }');
  expect(read.has('{ a }')).toBe(false);
  read.remember('{ a }', document);
  expect(read.has('{ a }')).toBe(true);
  expect(read('{ a }')).toBe(document);
});

test('documents are remembered by what they take, which is far more than their text', () => {
  const read = documentReader(4_000);
  const textOf = (n: number) => `{${'a '.repeat(3_900)}b${n}}`;
  const texts = Array.from({ length: 100 }, (_, n) => textOf(n));
  for (const text of texts) read.remember(text, read(text));
  const kept = texts.filter(read.has);
  expect(kept.length).toBeLessThan(80);
  expect(kept).toContain(texts.at(-1));
  read.remember('{ a }', read('{ a }'));
  expect(texts.filter(read.has)).toHaveLength(kept.length);
});

test('what is refused for its cost is not remembered', async () => {
  const subgraph = await startRawSubgraph(() => '{"data":{"a":"here","__typename":"Query"}}');
  const declared = [{ name: 'one', url: subgraph.url, sdl: 'type Query { a: String }' }];
  const gateway = await startGatewayOf(declared);
  const remembered = async () => {
    const metrics = await (await fetch(`${gateway.url}/metrics`)).text();
    return /^gateway_remembered_documents (\d+)$/m.exec(metrics)?.[1];
  };
  try {
    for (const n of [1, 2, 3]) {
      const { errors } = await ask(gateway.url, `{ ${'a '.repeat(600)} } #${n}`);
      expect(errors?.[0]?.extensions.code).toBe('QUERY_TOO_COMPLEX');
    }
    expect(await remembered()).toBe('0');
    await ask(gateway.url, '{ a }');
    expect(await remembered()).toBe('1');
  } finally {
    await gateway.stop();
    await subgraph.stop();
  }
});
