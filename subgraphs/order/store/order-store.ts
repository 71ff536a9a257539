import type { Database } from '../../../runtime/mongo.ts';
import { change, closeOverdue } from './change.ts';
import { openCollections } from './documents.ts';
import { place } from './place.ts';
import {
  heldNights,
  heldNightsAmong,
  nextCloseAt,
  orderByKey,
  ordersBySn,
  ordersOf,
} from './read.ts';
import { holdForRefund, paidSince, releaseFromRefund, unusedUntil } from './refund.ts';

export type OrderStore = Awaited<ReturnType<typeof openOrderStore>>;

/** Orders and the nights they hold, on MongoDB: all that the service keeps. */
export async function openOrderStore(database: Database) {
  const collections = await openCollections(database.db);
  const to =
    <Rest extends unknown[], Result>(query: (from: typeof collections, ...rest: Rest) => Result) =>
    (...rest: Rest) =>
      query(collections, ...rest);
  return {
    now: database.now,
    place: (order: Parameters<typeof place>[2]) => place(database, collections, order),
    change: (wanted: Parameters<typeof change>[2]) => change(database, collections, wanted),
    closeOverdue: (now: Date, limit: number) => closeOverdue(database, collections, now, limit),
    order: async (sn: string) => (await ordersBySn(collections, [sn]))[0] ?? null,
    holdForRefund: to(holdForRefund),
    releaseFromRefund: to(releaseFromRefund),
    unusedUntil: to(unusedUntil),
    paidSince: to(paidSince),
    ordersBySn: to(ordersBySn),
    orderByKey: to(orderByKey),
    ordersOf: to(ordersOf),
    nextCloseAt: to(nextCloseAt),
    heldNights: to(heldNights),
    heldNightsAmong: to(heldNightsAmong),
  };
}
