import { expect, test } from '@jest/globals';
import { newTicketCode, readTicketCode } from './ticket-code.ts';

test("a ticket code has 16 characters of Crockford's alphabet, another one each time", () => {
  const codes = Array.from({ length: 200 }, newTicketCode);
  for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{16}$/);
  expect(new Set(codes).size).toBe(200);
  expect(new Set(codes.join('')).size).toBe(32);
});

test.each([
  ['01AB2M4X9P0R3T5V', '01AB2M4X9P0R3T5V'],
  [' 01ab-2m4x 9p0r-3t5v\n', '01AB2M4X9P0R3T5V'],
  ['oO0iIlL1', '00011111'],
  ['U', 'U'],
  ['０１ａｂ－２Ｍ４Ｘ　9p0r', '01AB2M4X9P0R'],
  ['01AB–2M4X—9P0R‐3T5V', '01AB2M4X9P0R3T5V'],
])('F19: the ticket code %j is read as %s', (typed, read) => {
  expect(readTicketCode(typed)).toBe(read);
});

test('what is read of a new code is the code', () => {
  for (const code of Array.from({ length: 50 }, newTicketCode))
    expect(readTicketCode(code)).toBe(code);
});
