import type { ClientSession, Collection } from 'mongodb';
import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import type { Order } from '../domain/order.ts';
import { nightsOf, type Stay } from '../domain/stay.ts';

/**
 * One night of one homestay that nobody can order: an order holds it, an imported calendar blocks
 * it, or, without either, its host has blocked it. Its key is made of both, so a night can't be held
 * twice, nor be held and blocked.
 */
export type NightDocument = {
  _id: string;
  homestayId: string;
  night: string;
  orderSn?: string;
  calendarId?: string;
  /** The calendar that blocked it before its host did, and still does. */
  coveredCalendarId?: string;
};

/** A night of a homestay that an order holds. */
export type HeldNight = { homestayId: string; night: string };

/** A held night with the order that holds it; without one if its host has blocked it. */
export type NightOfOrder = { night: string; orderSn?: string };

export const nightKey = (homestayId: string, night: string): string => `${homestayId}/${night}`;

/** What an order knows of its nights. */
export type OrderedNights = Pick<Order, 'sn' | 'homestayId'> & Stay;

/** The nights of an order, as they are stored. */
export const nightDocuments = ({ sn, homestayId, ...stay }: OrderedNights): NightDocument[] =>
  nightsOf(stay).map((night) => ({
    _id: nightKey(homestayId, night),
    homestayId,
    night,
    orderSn: sn,
  }));

const byKey = (a: NightDocument, b: NightDocument): number => (a._id < b._id ? -1 : 1);

/**
 * These nights of a homestay. Each query names the homestay: where there are shards, its nights are
 * on one of them.
 */
const nightsAt = (homestayId: string, nights: readonly string[]) => ({
  homestayId,
  _id: { $in: nights.map((night) => nightKey(homestayId, night)) },
});

/** The nights that these orders hold, by the keys that the orders know. */
const nightsOfOrders = (orders: readonly OrderedNights[]) => ({
  homestayId: { $in: [...new Set(orders.map(({ homestayId }) => homestayId))] },
  _id: { $in: orders.flatMap(nightDocuments).map(({ _id }) => _id) },
  orderSn: { $in: orders.map(({ sn }) => sn) },
});

const maxTurns = 10;

export type NightStore = ReturnType<typeof openNights>;

/**
 * The nights that orders hold, written in the transaction of the order that holds or frees them,
 * and those that hosts block.
 */
export function openNights(database: Pick<Database, 'db' | 'transaction'>) {
  const nights = database.db.collection<NightDocument>('nights');
  return {
    /**
     * Holds the nights of orders, in ascending order: two orders for overlapping stays meet at one
     * night instead of blocking each other. Throws a duplicate key if one of them is taken.
     */
    holdNights: (orders: readonly Order[], session: ClientSession) =>
      nights.insertMany(orders.flatMap(nightDocuments).toSorted(byKey), { session, ordered: true }),

    /**
     * Blocks all of these nights or, if orders hold some of them, none. Returns those that orders
     * hold.
     */
    async blockNights(homestayId: string, wanted: readonly string[]): Promise<string[]> {
      const documents = wanted.map((night) => ({
        _id: nightKey(homestayId, night),
        homestayId,
        night,
      }));
      // A turn fails if an order takes one of the nights between the look and the write. The next
      // turn names it.
      for (let turn = 0; turn < maxTurns; turn += 1) {
        const stored = await nights.find(nightsAt(homestayId, wanted)).toArray();
        const held = stored.filter(({ orderSn }) => orderSn !== undefined);
        if (held.length > 0) return held.map(({ night }) => night).sort();
        const there = new Set(stored.map(({ _id }) => _id));
        const missing = documents.filter(({ _id }) => !there.has(_id));
        const imported = stored.filter(({ calendarId }) => calendarId !== undefined);
        if (await blocked(database, nights, { homestayId, missing, imported })) return [];
      }
      throw new Error(`nights could not be blocked in ${maxTurns} turns`);
    },

    /** Opens those of these nights that the host has blocked, and no calendar does. */
    async openNights(homestayId: string, wanted: readonly string[]): Promise<void> {
      const ids = wanted.map((night) => nightKey(homestayId, night));
      if (ids.length === 0) return;
      await nights.bulkWrite(
        ids.flatMap((_id) => [
          { updateOne: { filter: { _id, homestayId, ...covering }, update: uncover } },
          { deleteOne: { filter: { _id, homestayId, ...byHostAlone } } },
        ]),
        { ordered: false },
      );
    },

    /** Frees the nights that these orders hold, by the keys that the orders know. */
    async freeNights(orders: readonly OrderedNights[], session?: ClientSession): Promise<void> {
      await nights.deleteMany(nightsOfOrders(orders), session ? { session } : {});
    },

    /** How many of its nights each of these orders holds, by serial number. */
    async nightsHeldBy(orders: readonly OrderedNights[]): Promise<Map<string, number>> {
      const counts = new Map<string, number>();
      const found = nights
        .find(nightsOfOrders(orders))
        .project<{ orderSn: string }>({ orderSn: 1 });
      for await (const { orderSn } of found) counts.set(orderSn, (counts.get(orderSn) ?? 0) + 1);
      return counts;
    },

    /** Which of these nights of a homestay are held, and by which orders, ascending. */
    async heldNights(homestayId: string, wanted: readonly string[]): Promise<NightOfOrder[]> {
      const held = await nights
        .find(nightsAt(homestayId, wanted))
        .project<NightOfOrder>({ _id: 0, night: 1, orderSn: 1 })
        .toArray();
      return held.sort((a, b) => a.night.localeCompare(b.night));
    },

    /**
     * The held nights from `checkIn` up to, but not including, `checkOut`, of all these homestays.
     */
    heldNightsAmong: (
      homestayIds: readonly string[],
      { checkIn, checkOut }: Stay,
    ): Promise<HeldNight[]> =>
      nights
        .find({ homestayId: { $in: [...homestayIds] }, night: { $gte: checkIn, $lt: checkOut } })
        .project<HeldNight>({ _id: 0, homestayId: 1, night: 1 })
        .toArray(),
  };
}

const absent = { $exists: false } as const;
/** Its host has blocked it, over a calendar or alone. */
const covering = { coveredCalendarId: { $exists: true } };
const byHostAlone = { orderSn: absent, calendarId: absent, coveredCalendarId: absent };

/** A host blocks what a calendar blocks: it stays so when the calendar leaves it. */
const cover = [{ $set: { coveredCalendarId: '$calendarId' } }, { $unset: 'calendarId' }];
const uncover = [{ $set: { calendarId: '$coveredCalendarId' } }, { $unset: 'coveredCalendarId' }];

type ToBlock = {
  homestayId: string;
  missing: NightDocument[];
  imported: readonly NightDocument[];
};

class Changed extends Error {}

/** Blocks all or none. False if one of the nights has changed since it was read. */
async function blocked(
  { transaction }: Pick<Database, 'transaction'>,
  nights: Collection<NightDocument>,
  { homestayId, missing, imported }: ToBlock,
): Promise<boolean> {
  if (missing.length + imported.length === 0) return true;
  const ids = imported.map(({ _id }) => _id);
  try {
    await transaction(async (session) => {
      if (missing.length > 0) await nights.insertMany(missing, { session, ordered: true });
      if (ids.length === 0) return;
      const filter = { homestayId, _id: { $in: ids }, calendarId: { $exists: true } };
      const { matchedCount } = await nights.updateMany(filter, cover, { session });
      if (matchedCount < ids.length) throw new Changed();
    });
    return true;
  } catch (error) {
    if (isDuplicateKey(error) || error instanceof Changed) return false;
    throw error;
  }
}
