import { expect, test } from '@jest/globals';
import { filterFault, type HomestayFilter, wordsOf } from './homestay-filter.ts';

const stay = (checkIn: string, checkOut: string) => ({ free: { checkIn, checkOut } });

test.each<[string, HomestayFilter]>([
  ['no guests', { guests: 0 }],
  ['fewer than no guests', { guests: -1 }],
  ['a negative price', { minPrice: -1 }],
  ['a negative limit', { maxPrice: -1 }],
  ['a lowest price above the highest', { minPrice: 2, maxPrice: 1 }],
  ['a stay of no night', stay('2026-12-01', '2026-12-01')],
  ['a stay that ends before it begins', stay('2026-12-02', '2026-12-01')],
  ['a stay that is too long', stay('2026-12-01', '2027-01-01')],
  ['a text that is too long', { text: 'x'.repeat(201) }],
  ['too many words', { text: 'a b c d e f g h i j k' }],
])('%s cannot be asked for', (_, filter) => {
  expect(filterFault(filter, 30)).toEqual(expect.any(String));
});

test.each<[string, HomestayFilter]>([
  ['nothing', {}],
  ['nulls', { guests: null, minPrice: null, maxPrice: null, food: null, text: null, free: null }],
  ['a price of exactly so much', { minPrice: 5, maxPrice: 5 }],
  ['the longest stay', stay('2026-12-01', '2026-12-31')],
  ['one night over the turn of the year', stay('2026-12-31', '2027-01-01')],
])('%s can be asked for', (_, filter) => {
  expect(filterFault(filter, 30)).toBeNull();
});

test('words are told apart by any space and compared without case or width', () => {
  expect(wordsOf('  Old　Ｔｏｗｎ\nÉTÉ ')).toEqual(['old', 'town', 'été']);
  expect(wordsOf('   ')).toEqual([]);
});
