import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { answerReader } from './http-answer.ts';

const maxBytes = 1_000;
const place = Buffer.alloc(100_000);

/** Reads an answer that comes in pieces of a size, each in the place of the last, and its end. */
function read(text: string, pieces = text.length) {
  const reader = answerReader(maxBytes);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieces) {
    const length = bytes.copy(place, 0, at, at + pieces);
    const answer = reader.take(place.subarray(0, length));
    if (answer) return { ...answer, body: answer.body.toString() };
  }
  const last = reader.ended();
  return last && { ...last, body: last.body.toString() };
}

const ok = 'HTTP/1.1 200 OK\r\n';
const [kept, closed] = [4_000, 0];

describe('an answer is read however it is cut', () => {
  test.each([
    ['with a length', `${ok}Content-Length: 6\r\n\r\nhällo`, 'hällo', kept],
    ['with its length twice', `${ok}content-length:\t5 , 5\r\n\r\nhello`, 'hello', kept],
    ['of nothing', `${ok}content-length: 0\r\n\r\n`, '', kept],
    [
      'in chunks',
      `${ok}transfer-encoding: Chunked\r\n\r\n3\r\nhel\r\n2;a=b\r\nlo\r\n0\r\nx: y\r\n\r\n`,
      'hello',
      kept,
    ],
    ['until closed', `${ok}content-type: a/b\r\n\r\nhello`, 'hello', closed],
    ['without a body', 'HTTP/1.1 204 No Content\r\nkeep-alive: timeout=9\r\n\r\n', '', 8_000],
    ['of HTTP/1.0', 'HTTP/1.0 200 OK\r\ncontent-length: 1\r\n\r\na', 'a', closed],
    ['that is the last', `${ok}connection: a, Close\r\ncontent-length: 1\r\n\r\na`, 'a', closed],
    [
      'after early hints',
      `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${ok}content-length: 1\r\n\r\na`,
      'a',
      kept,
    ],
    [
      'of a connection that ends at once',
      `${ok}keep-alive: timeout=1\r\ncontent-length: 0\r\n\r\n`,
      '',
      closed,
    ],
  ])('%s', (_what, text, body, keepMs) => {
    for (let pieces = 1; pieces <= text.length; pieces += 1)
      expect(read(text, pieces)).toEqual({ body, keepMs, encoding: undefined });
  });
});

test('an answer says how it is encoded', () => {
  expect(read(`${ok}Content-Encoding: GZIP\r\ncontent-length: 1\r\n\r\na`)?.encoding).toBe('gzip');
});

test.each([
  ['that ends before its length', `${ok}content-length: 5\r\n\r\nhell`],
  ['that ends between its chunks', `${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n`],
  ['whose head does not end', `${ok}content-length: 5\r\n`],
])('an answer %s is none', (_what, text) => {
  expect(read(text)).toBeUndefined();
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('of what comes, only the bytes of the body are kept', () => {
  test.each([
    ['with a length', 'content-length: 100\r\n\r\n', 'a'],
    ['in chunks', 'transfer-encoding: chunked\r\n\r\n', '1\r\na\r\n'],
    ['until closed', '\r\n', 'a'],
  ])(
    '%s',
    async (_what, head, part) => {
      const reader = answerReader(maxBytes);
      reader.take(Buffer.from(ok + head));
      const take = () => {
        const bytes = Buffer.allocUnsafeSlow(part.length);
        bytes.write(part);
        expect(reader.take(bytes)).toBeUndefined();
        return new WeakRef(bytes.buffer);
      };
      const come = [take(), take(), take()];
      await eventually(() => {
        collectGarbage();
        return come.every((bytes) => bytes.deref() === undefined);
      });
      // It is still read.
      expect(reader.take(Buffer.from(part))).toBeUndefined();
    },
    30_000,
  );
});

test('a body of many parts is whole, beyond the first room that it is given', () => {
  const reader = answerReader(1_000_000);
  reader.take(Buffer.from(`${ok}transfer-encoding: chunked\r\n\r\n`));
  let sent = '';
  for (let n = 0; n < 20_000; n += 1) {
    const part = `${n},`;
    sent += part;
    reader.take(Buffer.from(`${part.length.toString(16)}\r\n${part}\r\n`));
  }
  expect(reader.take(Buffer.from('0\r\n\r\n'))?.body.toString()).toBe(sent);
  const next = reader.take(Buffer.from(`${ok}content-length: 1\r\n\r\na`));
  expect(next?.body.toString()).toBe('a');
});

test('a connection with more than was asked for is not used again', () => {
  expect(read(`${ok}content-length: 1\r\n\r\nab`)).toMatchObject({ body: 'a', keepMs: 0 });
  const chunked = `${ok}transfer-encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n`;
  expect(read(chunked)).toMatchObject({ body: 'a', keepMs: kept });
  expect(read(`${chunked}HTTP`)).toMatchObject({ body: 'a', keepMs: 0 });
});

describe('refused is', () => {
  const chunked = 'transfer-encoding: chunked\r\n';
  test.each([
    ['another protocol', 'SSH-2.0-OpenSSH_9.9\r\n\r\n', 'first line'],
    ['an upgrade', 'HTTP/1.1 101 Switching Protocols\r\n\r\n', 'another protocol'],
    ['HTTP/2', 'HTTP/2 200\r\n\r\n', 'first line'],
    ['a length and chunks', `${ok}content-length: 1\r\n${chunked}\r\n0\r\n\r\n`, 'not sure'],
    ['two lengths', `${ok}content-length: 1\r\ncontent-length: 2\r\n\r\nab`, 'not sure'],
    ['two lengths in a list', `${ok}content-length: 1, 2\r\n\r\nab`, 'not sure'],
    ['a length that is missing', `${ok}content-length: 1,\r\n\r\na`, 'not sure'],
    ['a length beside a form feed', `${ok}content-length: 1\f\r\n\r\na`, 'not sure'],
    ['a length that is no number', `${ok}content-length: +1\r\n\r\na`, 'not sure'],
    ['another coding', `${ok}transfer-encoding: gzip, chunked\r\n\r\n`, 'not sure'],
    ['chunks of HTTP/1.0', `HTTP/1.0 200 OK\r\n${chunked}\r\n0\r\n\r\n`, 'not sure'],
    ['a folded header', `${ok}a: b\r\n c\r\n\r\n`, 'no header'],
    ['a space before the colon', `${ok}content-length : 1\r\n\r\na`, 'no header'],
    ['a line that ends by LF', `${ok}a: b\ncontent-length: 1\r\n\r\na`, 'CRLF'],
    ['a line that ends by CR CRLF', `${ok}content-length: 1\r\r\n\r\na`, 'CRLF'],
    ['a chunk without a length', `${ok}${chunked}\r\n-1\r\n`, 'without a length'],
    ['a chunk that is longer', `${ok}${chunked}\r\n1\r\nab\r\n`, 'another length'],
    ['a head without end', `${ok}${'a: b\r\n'.repeat(4_000)}`, 'long head'],
    ['a line without end', `${ok}${chunked}\r\n${'1'.repeat(20_000)}`, 'long line'],
    ['a long line', `${ok}${chunked}\r\n1;${'a'.repeat(300)}\r\na\r\n`, 'long line'],
    ['trailers without end', `${ok}${chunked}\r\n0\r\n${'a: b\r\n'.repeat(5_000)}`, 'trailers'],
    ['a length that is too large', `${ok}content-length: 1001\r\n\r\n`, 'more than 1000 bytes'],
    ['a chunk that is too large', `${ok}${chunked}\r\n3e9\r\n`, 'more than 1000 bytes'],
    ['too many chunks', `${ok}${chunked}\r\n${'1\r\na\r\n'.repeat(1_001)}`, 'more than 1000 bytes'],
    ['too much until it closes', `${ok}\r\n${'a'.repeat(1_001)}`, 'more than 1000 bytes'],
  ])('%s', (_what, text, why) => {
    expect(() => read(text)).toThrow(why);
    if (text.length < 500) expect(() => read(text, 1)).toThrow(why);
  });
});
