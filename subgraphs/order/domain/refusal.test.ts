import { expect, test } from '@jest/globals';
import { nightsTaken } from './refusal.ts';

const nights = ['2026-12-10', '2026-12-11'];
const always = { refused: true, reason: 'NIGHTS_TAKEN', path: ['input', 'checkIn'] };

test('a refusal names the nights that are taken', () => {
  expect(nightsTaken(nights, null)).toEqual({
    ...always,
    message: 'Taken: 2026-12-10, 2026-12-11.',
    takenNights: nights,
  });
});

test("a refusal names the caller's own unpaid order that holds some of them", () => {
  expect(nightsTaken(nights, 'HSO1')).toEqual({
    ...always,
    message: 'Taken: 2026-12-10, 2026-12-11. Your own unpaid order HSO1 holds nights of them.',
    takenNights: nights,
    ownOrderSn: 'HSO1',
  });
});
