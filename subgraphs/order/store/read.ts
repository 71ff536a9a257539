import type { Filter } from 'mongodb';
import type { Order } from '../domain/order.ts';
import type { OrderState } from '../domain/state.ts';
import type { Stay } from '../domain/stay.ts';
import { type Collections, nightKey, type OrderDocument, toOrder } from './documents.ts';

/** Where a page of a traveller's orders begins: after the order of this instant and serial number. */
export type OrderKey = { createdAt: Date; sn: string };

export const ordersBySn = async (
  { orders }: Collections,
  sns: readonly string[],
): Promise<Order[]> => (await orders.find({ _id: { $in: [...sns] } }).toArray()).map(toOrder);

export async function orderByKey(
  { orders }: Collections,
  travellerId: string,
  key: string,
): Promise<Order | null> {
  const found = await orders.findOne({ travellerId, idempotencyKey: key });
  return found && toOrder(found);
}

/** A traveller's orders, the latest first. */
export async function ordersOf(
  { orders }: Collections,
  page: { travellerId: string; state?: OrderState | null; after: OrderKey | null; limit: number },
): Promise<Order[]> {
  const filter: Filter<OrderDocument> = { travellerId: page.travellerId };
  if (page.state) filter.state = page.state;
  if (page.after) {
    const { createdAt, sn } = page.after;
    filter.$or = [{ createdAt: { $lt: createdAt } }, { createdAt, _id: { $lt: sn } }];
  }
  const found = await orders
    .find(filter)
    .sort({ createdAt: -1, _id: -1 })
    .limit(page.limit)
    .toArray();
  return found.map(toOrder);
}

/** The earliest deadline of an order that still waits to be paid. */
export async function nextCloseAt({ orders }: Collections): Promise<Date | null> {
  const next = await orders.findOne(
    { state: 'WAIT_PAY' },
    { sort: { closeAt: 1 }, projection: { closeAt: 1 } },
  );
  return next?.closeAt ?? null;
}

/** Which of a homestay's nights are held, of those given. */
export async function heldNights(
  { nights }: Collections,
  homestayId: string,
  wanted: readonly string[],
): Promise<string[]> {
  const keys = wanted.map((night) => nightKey(homestayId, night));
  const held = await nights.find({ _id: { $in: keys } }, { projection: { night: 1 } }).toArray();
  return held.map(({ night }) => night).sort();
}

/** The nights from `checkIn` up to, and without, `checkOut` that are held, of all these homestays. */
export const heldNightsAmong = (
  { nights }: Collections,
  homestayIds: readonly string[],
  { checkIn, checkOut }: Stay,
): Promise<{ homestayId: string; night: string }[]> =>
  nights
    .find({ homestayId: { $in: [...homestayIds] }, night: { $gte: checkIn, $lt: checkOut } })
    .project<{ homestayId: string; night: string }>({ _id: 0, homestayId: 1, night: 1 })
    .toArray();
