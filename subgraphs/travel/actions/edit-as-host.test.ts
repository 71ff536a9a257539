import { expect, test } from '@jest/globals';
import { aHomestay, aShop } from '../../../testing/catalogue.ts';
import type { Homestay } from '../domain/homestay.ts';
import { noticesTo } from '../domain/homestay-shop.ts';
import { editHomestay } from './edit-homestay.ts';
import { editHomestayShop } from './edit-homestay-shop.ts';
import { listNightPrices } from './list-night-prices.ts';
import { setNightPrices } from './set-night-prices.ts';

const shop = aShop({ id: 'mine', hostId: 'mei' });
const { importedRating, ...row } = aHomestay({ id: 'attic', shopId: 'mine' });
const homestay: Homestay = { ...row, arrivedAt: new Date(0), rating: null, bookable: true };
const cny = (amount: number) => ({ amount, currency: 'CNY' });

const homestays = {
  changeHomestay: async <R>(id: string, decide: (of: Homestay, by: typeof shop) => R) =>
    id === 'attic' ? decide(homestay, shop) : null,
};
const shops = {
  changeShop: async <R>(id: string, decide: (of: typeof shop) => R) =>
    id === 'mine' ? decide(shop) : null,
};

test('a host edits a homestay; for anybody else it does not exist', async () => {
  const edit = (hostId: string, homestayId: string) =>
    editHomestay(homestays, hostId, { homestayId, title: 'Loft' });
  expect(await edit('mei', 'attic')).toMatchObject({ title: 'Loft' });
  expect(await edit('bo', 'attic')).toMatchObject({ reason: 'HOMESTAY_UNKNOWN' });
  expect(await edit('mei', 'cellar')).toMatchObject({ reason: 'HOMESTAY_UNKNOWN' });
});

test('a host closes a shop; for anybody else it does not exist', async () => {
  const close = (hostId: string, shopId: string) =>
    editHomestayShop(shops, { userId: hostId }, { shopId, open: false });
  expect(await close('mei', 'mine')).toEqual({ ...shop, open: false });
  expect(await close('bo', 'mine')).toMatchObject({ reason: 'SHOP_UNKNOWN' });
  expect(await close('mei', 'other')).toMatchObject({ reason: 'SHOP_UNKNOWN' });
});

test('a host asks for mail of new bookings at the address of their token, and takes that back', async () => {
  const email = 'mei@example.org';
  const edit = (notices: boolean, address?: string, known = shop) =>
    editHomestayShop(
      { changeShop: async (_, decide) => decide(known) },
      { userId: 'mei', email: address },
      { shopId: 'mine', notices },
    );
  const told = { ...shop, notices: { hostId: 'mei', email } };
  expect(await edit(true, email)).toEqual(told);
  expect(await edit(false, undefined, told)).toEqual(shop);
  expect(await edit(true)).toMatchObject({ reason: 'EMAIL_UNKNOWN', path: ['input', 'notices'] });
  expect(noticesTo(told)).toBe(email);
  expect(noticesTo({ ...told, hostId: 'bo' })).toBeNull();
});

test('one refusal names everything that is wrong with a shop', async () => {
  const edit = { shopId: 'mine', name: ' ', info: 'x'.repeat(10_001) };
  expect(await editHomestayShop(shops, { userId: 'mei' }, edit)).toMatchObject({
    reason: 'TEXT_EMPTY',
    path: ['input', 'name'],
    also: [{ reason: 'TEXT_TOO_LONG', path: ['input', 'info'] }],
  });
});

test('a host prices nights; a refused range changes nothing', async () => {
  const written: unknown[] = [];
  const needs = {
    homestaysByIds: async (ids: readonly string[]) =>
      [homestay].filter(({ id }) => ids.includes(id)),
    shopsByIds: async () => [shop],
    setNightPrices: async (...change: unknown[]) => void written.push(change),
  };
  const price = (hostId: string, homestayId: string, to: string) =>
    setNightPrices(needs, hostId, { homestayId, from: '2026-12-30', to, price: cny(500) });
  expect(await price('bo', 'attic', '2027-01-01')).toMatchObject({ reason: 'HOMESTAY_UNKNOWN' });
  expect(await price('mei', 'none', '2027-01-01')).toMatchObject({ reason: 'HOMESTAY_UNKNOWN' });
  expect(await price('mei', 'attic', '2026-12-30')).toMatchObject({ reason: 'DATES_INVALID' });
  expect(written).toEqual([]);
  expect(await price('mei', 'attic', '2027-01-01')).toBe(homestay);
  expect(written).toEqual([['attic', ['2026-12-30', '2026-12-31'], cny(500)]]);
});

test('the prices of many homestays are read at once', async () => {
  const asked: unknown[] = [];
  const needs = {
    ownNightPrices: async (ids: readonly string[]) => {
      asked.push(ids);
      return [{ homestayId: 'attic', night: '2026-12-31', price: cny(900) }];
    },
  };
  const other = { ...homestay, id: 'cellar', price: cny(70) };
  const stay = { checkIn: '2026-12-31', checkOut: '2027-01-01' };
  expect(await listNightPrices(needs, [homestay, other], stay)).toEqual([
    [{ night: '2026-12-31', price: cny(900) }],
    [{ night: '2026-12-31', price: cny(70) }],
  ]);
  expect(asked).toEqual([['attic', 'cellar']]);
  for (const checkOut of ['2026-12-31', '2028-01-02'])
    await expect(listNightPrices(needs, [homestay], { ...stay, checkOut })).rejects.toMatchObject({
      extensions: { code: 'BAD_USER_INPUT' },
    });
});
