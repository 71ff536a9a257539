import { Readable } from 'node:stream';
import { expect, test } from '@jest/globals';
import { checkEncoding } from './check-encoding.ts';

const check = (...chunks: Buffer[]) => checkEncoding(Readable.from(chunks));
const utf8 = (text: string) => Buffer.from(text, 'utf8');
const windows1252 = (text: string) => Buffer.from(text, 'latin1');

test('UTF-8 passes, also if a chunk ends within a character', async () => {
  const bytes = utf8('Café\nZürich\n西湖');
  for (let cut = 0; cut <= bytes.length; cut += 1)
    await check(bytes.subarray(0, cut), bytes.subarray(cut));
});

test('UTF-16 with a byte order mark passes', async () => {
  await check(Buffer.from('\ufeffCafé\n', 'utf16le'));
});

test.each([
  [1, [windows1252('Café\n')]],
  [2, [utf8('Café\n'), windows1252('Zürich\n'), utf8('Bern\n')]],
  [3, [utf8('a\nb\n'), windows1252('Zürich')]],
])('F12: Windows-1252 is refused, and line %d is named', async (line, chunks) => {
  await expect(check(...chunks)).rejects.toThrow(`line ${line} is not UTF-8`);
});

test('a line without end is refused before the file is read to its end', async () => {
  let read = 0;
  function* endless() {
    yield utf8('Bern\n');
    for (; read < 64; read += 1) yield Buffer.alloc(64 * 1024, 'x');
  }
  await expect(checkEncoding(Readable.from(endless()))).rejects.toThrow(
    'line 2 is longer than 1 MiB',
  );
  expect(read).toBeLessThan(20);
});
