import { expect, test } from '@jest/globals';
import { aHomestay } from '../../../testing/catalogue.ts';
import { editHomestay, type HomestayEdit } from './edit-homestay.ts';
import type { Homestay } from './homestay.ts';

const { importedRating, ...row } = aHomestay({
  neighbourhood: 'Pingjiang',
  minimumNights: 2,
  marketPrice: { amount: 40_000, currency: 'CNY' },
});
const homestay: Homestay = { ...row, arrivedAt: new Date(0), rating: null, bookable: true };
const edit = (change: HomestayEdit, open = true) => editHomestay(homestay, change, { open });
const cny = (amount: number) => ({ amount, currency: 'CNY' });

test('what is left out stays, and null takes away', () => {
  const change = { title: ' Loft\ud800 ', marketPrice: null, neighbourhood: null };
  expect(edit(change)).toEqual({
    ...homestay,
    title: 'Loft\ufffd',
    marketPrice: null,
    neighbourhood: null,
  });
});

test('an amenity is kept once, as it was first written', () => {
  expect(edit({ amenities: [' Wi-Fi', 'Sauna', 'WI-FI'] })).toMatchObject({
    amenities: ['Wi-Fi', 'Sauna'],
  });
});

test.each([
  [true, true, true],
  [true, false, false],
  [false, true, false],
])('on the shelf %s and the shop open %s: bookable %s', (onShelf, open, bookable) => {
  expect(edit({ onShelf }, open)).toMatchObject({ onShelf, bookable });
});

test.each<[HomestayEdit, string, string, object]>([
  [{ title: '  ' }, 'TEXT_EMPTY', 'title', { min: 1 }],
  [{ title: 'x'.repeat(201) }, 'TEXT_TOO_LONG', 'title', { max: 200 }],
  [{ info: 'x'.repeat(10_001) }, 'TEXT_TOO_LONG', 'info', { max: 10_000 }],
  [{ neighbourhood: ' ' }, 'TEXT_EMPTY', 'neighbourhood', { min: 1 }],
  [{ amenities: ['Wi-Fi', ' '] }, 'TEXT_EMPTY', 'amenities', { min: 1 }],
  [{ amenities: ['x'.repeat(61)] }, 'TEXT_TOO_LONG', 'amenities', { max: 60 }],
  [{ amenities: Array(51).fill('Sauna') }, 'TOO_MANY_AMENITIES', 'amenities', { max: 50 }],
  [{ images: [{ url: 'http://a.example/a.jpg', alt: '' }] }, 'IMAGE_INVALID', 'images', {}],
  [
    { images: Array(21).fill({ url: 'https://a.example/a.jpg', alt: '' }) },
    'TOO_MANY_IMAGES',
    'images',
    { max: 20 },
  ],
  [{ capacity: 0 }, 'NUMBER_OUT_OF_RANGE', 'capacity', { min: 1, max: 1_000 }],
  [{ capacity: 1_001 }, 'NUMBER_OUT_OF_RANGE', 'capacity', { min: 1, max: 1_000 }],
  [{ minimumNights: 0 }, 'NUMBER_OUT_OF_RANGE', 'minimumNights', { min: 1, max: 10_000 }],
  [{ maximumNights: 10_001 }, 'NUMBER_OUT_OF_RANGE', 'maximumNights', { min: 1, max: 10_000 }],
  [{ maximumNights: 1 }, 'NIGHTS_CONTRADICT', 'maximumNights', { min: 2 }],
  [{ price: cny(0) }, 'PRICE_OUT_OF_RANGE', 'price', { min: 1, max: 10 ** 12, currency: 'CNY' }],
  [
    { price: cny(10 ** 12 + 1) },
    'PRICE_OUT_OF_RANGE',
    'price',
    { min: 1, max: 10 ** 12, currency: 'CNY' },
  ],
  [
    { foodPrice: { amount: 5, currency: 'EUR' } },
    'CURRENCY_DIFFERS',
    'foodPrice',
    { currency: 'CNY' },
  ],
])('%j is refused: %s', (change, reason, field, limits) => {
  const refusal = edit(change);
  expect(refusal).toMatchObject({ reason, path: ['input', field], limits });
  expect(refusal).not.toHaveProperty('also');
});

test('what is allowed at its bounds', () => {
  const atBounds = {
    title: '🏠'.repeat(200),
    capacity: 1_000,
    minimumNights: 1,
    maximumNights: 1,
    price: cny(10 ** 12),
    marketPrice: cny(1),
  };
  expect(edit(atBounds)).toMatchObject(atBounds);
});

test('one refusal names everything that is wrong', () => {
  expect(edit({ title: '', capacity: 0, price: { amount: 1, currency: 'EUR' } })).toMatchObject({
    reason: 'TEXT_EMPTY',
    also: [
      { reason: 'NUMBER_OUT_OF_RANGE' },
      { reason: 'CURRENCY_DIFFERS', path: ['input', 'marketPrice'] },
    ],
  });
});
