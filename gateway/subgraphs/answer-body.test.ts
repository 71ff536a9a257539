import { expect, test } from '@jest/globals';
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
