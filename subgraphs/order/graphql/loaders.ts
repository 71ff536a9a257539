import DataLoader from 'dataloader';
import type { Order } from '../domain/order.ts';
import type { Stay } from '../domain/stay.ts';

export type LoadersNeeds = {
  now(): Promise<Date>;
  ordersBySn(sns: readonly string[]): Promise<Order[]>;
  heldNightsAmong(
    homestayIds: readonly string[],
    stay: Stay,
  ): Promise<{ homestayId: string; night: string }[]>;
};

/** The nights of one homestay between two dates. */
export type HeldNightsKey = Stay & { homestayId: string };

export type Loaders = ReturnType<typeof createLoaders>;

/** Loaders of one request: what its resolvers load one by one is read in one query. */
export const createLoaders = (needs: LoadersNeeds) => ({
  /** The time by the database's clock, read once. */
  now: new DataLoader<'now', Date>(async (keys) => {
    const now = await needs.now();
    return keys.map(() => now);
  }),
  orders: new DataLoader<string, Order | null>(async (sns) => {
    const bySn = new Map((await needs.ordersBySn(sns)).map((order) => [order.sn, order]));
    return sns.map((sn) => bySn.get(sn) ?? null);
  }),
  heldNights: new DataLoader<HeldNightsKey, Set<string>, string>(
    (keys) => heldNights(needs, keys),
    {
      cacheKeyFn: heldNightsKey,
    },
  ),
});

const heldNightsKey = ({ homestayId, checkIn, checkOut }: HeldNightsKey) =>
  `${homestayId} ${checkIn} ${checkOut}`;

/** One query for each pair of dates; a page has the same dates for all its homestays. */
async function heldNights(
  needs: LoadersNeeds,
  keys: readonly HeldNightsKey[],
): Promise<Set<string>[]> {
  const stayKey = ({ checkIn, checkOut }: Stay) => `${checkIn} ${checkOut}`;
  const stays = new Map(keys.map((key) => [stayKey(key), key]));
  const held = new Map<string, Set<string>>(keys.map((key) => [heldNightsKey(key), new Set()]));
  await Promise.all(
    Array.from(stays, async ([dates, stay]) => {
      const ids = keys.filter((key) => stayKey(key) === dates).map(({ homestayId }) => homestayId);
      for (const { homestayId, night } of await needs.heldNightsAmong(ids, stay)) {
        held.get(heldNightsKey({ ...stay, homestayId }))?.add(night);
      }
    }),
  );
  return keys.map((key) => held.get(heldNightsKey(key)) ?? new Set());
}
