import { expect, test } from '@jest/globals';
import { type OrderByPriceNeeds, orderedByPrice, type PricedHomestay } from './list-by-price.ts';

const night = '2027-01-02';
const stay = { checkIn: '2027-01-01', checkOut: '2027-01-03' };
const yuan = (amount: number) => ({ amount, currency: 'CNY' });
const place = (id: string, amount: number, soldPerPerson = false): PricedHomestay => ({
  ...{ id, soldPerPerson, price: yuan(amount), timeZone: 'Asia/Shanghai' },
});
/** One is dear on the second night, one is sold for each guest. */
const places = [place('a', 100), place('b', 90), place('c', 60, true), place('d', 100)];

const needs = (given: Partial<OrderByPriceNeeds> = {}): OrderByPriceNeeds => ({
  countListed: async () => places.length,
  pricedHomestays: async () => places,
  ownNightPrices: async () => [
    { homestayId: 'b', night, price: yuan(300) },
    // From before the homestay had its prices in another currency.
    { homestayId: 'a', night, price: { amount: 1, currency: 'EUR' } },
  ],
  ...given,
});
const price = (bounds: object = {}) => ({ price: { currency: 'CNY', ...bounds } });

test('homestays are ordered by what the stay costs for all guests, equal ones by id', async () => {
  const filter = { stay, guests: 2, ...price() };
  const dearer = await orderedByPrice(needs(), filter, 'CHEAPEST', null);
  expect(dearer?.map(({ position }) => [position.id, position.value])).toEqual([
    ['a', 200],
    ['d', 200],
    ['c', 240],
    ['b', 390],
  ]);
  const after = { value: 200, id: 'a' };
  const rest = await orderedByPrice(needs(), filter, 'CHEAPEST', after);
  expect(rest?.map(({ id }) => id)).toEqual(['d', 'c', 'b']);
  const dearest = await orderedByPrice(needs(), filter, 'DEAREST', { value: 240, id: 'c' });
  expect(dearest?.map(({ id }) => id)).toEqual(['a', 'd']);
});

test('a price is compared with the average of the nights', async () => {
  const found = async (bounds: object) =>
    (await orderedByPrice(needs(), { stay, ...price(bounds) }, 'CHEAPEST', null))?.map(
      ({ id }) => id,
    );
  expect(await found({ max: 60 })).toEqual(['c']);
  expect(await found({ min: 195 })).toEqual(['b']);
  expect(await found({ min: 196 })).toEqual([]);
  expect(await found({ max: 194 })).toEqual(['c', 'a', 'd']);
});

test('without dates for one guest the usual prices are the order; too many are not ordered', async () => {
  expect(await orderedByPrice(needs(), price(), 'CHEAPEST', null)).toBeNull();
  expect(await orderedByPrice(needs(), { stay, ...price() }, 'RECOMMENDED', null)).toBeNull();
  const many = needs({ countListed: async (_, limit) => limit });
  expect(await orderedByPrice(many, { stay, ...price() }, 'CHEAPEST', null)).toBeNull();
  const two = await orderedByPrice(needs(), { guests: 2, ...price() }, 'CHEAPEST', null);
  expect(two?.map(({ id }) => id)).toEqual(['b', 'a', 'd', 'c']);
});
