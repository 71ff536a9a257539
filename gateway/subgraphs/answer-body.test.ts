import { expect, jest, test } from '@jest/globals';
import { answerBody } from './answer-body.ts';

test('a body of many buffers is whole, of whatever parts, and nothing of it is in the next', () => {
  const maxBytes = 5_000_000;
  const body = answerBody(maxBytes);
  for (const size of [1_000, 65_536, 700_000, 2_000_000]) {
    const part = Buffer.alloc(size, `${size}:`);
    const parts = Array.from({ length: Math.floor(maxBytes / size) }, () => part);
    for (const one of parts) body.add(one);
    expect(body.size).toBe(parts.length * size);
    expect(() => body.add(Buffer.alloc(maxBytes))).toThrow(`more than ${maxBytes} bytes`);
    expect(body.end().equals(Buffer.concat(parts))).toBe(true);
    expect(body.size).toBe(0);
  }
});

test('the large buffers of a body that has ended or is dropped are used again, each by one', () => {
  const free: Buffer[] = [];
  const filled = (text: string) => {
    const body = answerBody(10_000_000, free);
    const part = Buffer.from(text.repeat(400_000));
    for (let n = 0; n < 10; n += 1) body.add(part);
    return body;
  };
  const whole = (text: string) => text.repeat(10 * 400_000);
  const dropped = filled('x');
  dropped.drop();
  expect(dropped.size).toBe(0);
  const each = free.length;
  expect(each).toBeGreaterThan(2);
  const [first, second] = [filled('a'), filled('b')];
  expect(free).toEqual([]);
  expect([String(first.end()), String(second.end())].map((one) => one[0])).toEqual(['a', 'b']);
  expect(free).toHaveLength(2 * each);
  expect(new Set(free.map(({ buffer }) => buffer)).size).toBe(2 * each);
  const [third, fourth] = [filled('c'), filled('d')];
  expect(String(third.end()) === whole('c')).toBe(true);
  expect(String(fourth.end()) === whole('d')).toBe(true);
});

test('a body in tiny parts is copied twice, not for each of them', () => {
  const body = answerBody(1_000_000);
  const makes = jest.spyOn(Buffer, 'allocUnsafe');
  for (let n = 0; n < 20_000; n += 1) body.add(Buffer.from('x'));
  const { calls } = makes.mock;
  makes.mockRestore();
  expect(calls.filter(([size]) => size >= 1_000)).toEqual([[16_384], [32_768]]);
  expect(String(body.end())).toBe('x'.repeat(20_000));
});

test('of all buffers that large bodies leave behind, sixteen of a megabyte are kept', () => {
  const free: Buffer[] = [];
  const body = answerBody(50_000_000, free);
  for (let n = 0; n < 100; n += 1) body.add(Buffer.alloc(400_000));
  body.drop();
  expect(free.map(({ length }) => length)).toEqual(Array(16).fill(1_048_576));
});
