import { expect, test } from '@jest/globals';
import { dateAfter, findStays, freeStays, type Night } from './free-stay.ts';

const nights = (pattern: string): Night[] =>
  [...pattern].map((mark, day) => ({
    night: dateAfter(new Date('2027-03-01T12:00:00Z'), day),
    free: mark === '.',
  }));

test.each([
  ['.....', 2, ['2027-03-01 2027-03-03', '2027-03-03 2027-03-05']],
  ['x....', 2, ['2027-03-02 2027-03-04']],
  ['.x..x...', 2, ['2027-03-03 2027-03-05', '2027-03-06 2027-03-08']],
  ['.x.x.', 2, []],
  ['', 2, []],
])('in %s the free stays of %d nights are found', (pattern, length, expected) => {
  const found = freeStays(nights(pattern), length, 2).map(
    ({ checkIn, checkOut }) => `${checkIn} ${checkOut}`,
  );
  expect(found).toEqual(expected);
});

test('the first homestay with enough free stays is chosen, no shorter than it is let for', () => {
  const homestay = {
    title: '',
    city: '',
    capacity: 2,
    shop: { hostId: 'host' },
    price: { amount: 1, currency: 'CNY' },
  };
  const found = findStays(
    [
      { ...homestay, id: 'full', minimumNights: 1, availability: nights('.x.x.x.x') },
      { ...homestay, id: 'free', minimumNights: 3, availability: nights('.......') },
    ],
    2,
  );
  expect(found?.homestay.id).toBe('free');
  expect(found?.stays[0]).toEqual({ checkIn: '2027-03-01', checkOut: '2027-03-04' });
});
