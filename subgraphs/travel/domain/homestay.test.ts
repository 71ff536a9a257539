import { expect, test } from '@jest/globals';
import { isBookable } from './homestay.ts';
import { noticesTo } from './homestay-shop.ts';

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
  [false, false, false],
])('on the shelf %s and its shop open %s: bookable %s', (onShelf, open, bookable) => {
  expect(isBookable({ onShelf }, { open })).toBe(bookable);
});

const shop = { id: 's', name: 'Lake', info: '', hostId: 'mei', open: true };

test('mail of new bookings goes to the host who asked for it', () => {
  const notices = { hostId: 'mei', email: 'mei@example.org' };
  expect(noticesTo({ ...shop, notices })).toBe('mei@example.org');
  expect(noticesTo(shop)).toBeNull();
});

test('a new host gets no mail that a former one asked for', () => {
  const notices = { hostId: 'bo', email: 'bo@example.org' };
  expect(noticesTo({ ...shop, notices })).toBeNull();
});
