import type { ClientSession, Db } from 'mongodb';
import type { Order } from '../domain/order.ts';
import { nightsOf, type Stay } from '../domain/stay.ts';

/** One night of one homestay that an order holds. Its key is made of both, so no night can be held twice. */
export type NightDocument = { _id: string; homestayId: string; night: string; orderSn: string };

/** A night of a homestay that an order holds. */
export type HeldNight = { homestayId: string; night: string };

/** A held night with the order that holds it. */
export type NightOfOrder = { night: string; orderSn: string };

const keyOf = (homestayId: string, night: string): string => `${homestayId}/${night}`;

/** The nights of an order, as they are stored. */
export const nightDocuments = (order: Order): NightDocument[] =>
  nightsOf(order).map((night) => ({
    _id: keyOf(order.homestayId, night),
    homestayId: order.homestayId,
    night,
    orderSn: order.sn,
  }));

export type NightStore = ReturnType<typeof openNights>;

/** The nights that orders hold. They are written in the transaction of the order that holds or frees them. */
export function openNights(db: Db) {
  const nights = db.collection<NightDocument>('nights');
  return {
    /**
     * Holds an order's nights, in ascending order: two orders for overlapping stays meet at one night instead of blocking
     * each other. Throws a duplicate key if one of them is taken.
     */
    holdNights: (order: Order, session: ClientSession) =>
      nights.insertMany(nightDocuments(order), { session, ordered: true }),

    freeNights: (orderSns: readonly string[], session: ClientSession) =>
      nights.deleteMany({ orderSn: { $in: [...orderSns] } }, { session }),

    /** Which of these nights of a homestay are held, and by which orders, ascending. */
    async heldNights(homestayId: string, wanted: readonly string[]): Promise<NightOfOrder[]> {
      const keys = wanted.map((night) => keyOf(homestayId, night));
      const held = await nights
        .find({ _id: { $in: keys } })
        .project<NightOfOrder>({ _id: 0, night: 1, orderSn: 1 })
        .toArray();
      return held.sort((a, b) => a.night.localeCompare(b.night));
    },

    /** The held nights from `checkIn` up to, but not including, `checkOut`, of all these homestays. */
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
