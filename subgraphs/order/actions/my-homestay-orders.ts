import {
  type Connection,
  connectionOf,
  type PageInput,
  pageSize,
  readCursor,
} from '../../../runtime/connection.ts';
import { clientError } from '../../../runtime/errors.ts';
import type { Order } from '../domain/order.ts';
import type { OrderState } from '../domain/state.ts';

export type MyHomestayOrdersNeeds = {
  ordersOf(page: {
    travellerId: string;
    state?: OrderState | null;
    after: OrderKey | null;
    limit: number;
  }): Promise<Order[]>;
};

/** A page of a traveller's own orders, the newest first. */
export async function myHomestayOrders(
  needs: MyHomestayOrdersNeeds,
  travellerId: string,
  page: PageInput & { state?: OrderState | null },
): Promise<Connection<Order>> {
  const first = pageSize(page);
  const read = await needs.ordersOf({
    travellerId,
    state: page.state,
    after: readOrderCursor(page),
    limit: first + 1,
  });
  return connectionOf(read, page, ({ createdAt, sn }) => [createdAt.getTime(), sn]);
}

/** Where a page of orders begins: after the order of this instant and serial number. */
export type OrderKey = { createdAt: Date; sn: string };

/** @throws BAD_USER_INPUT if `after` is no cursor of a list of orders */
export function readOrderCursor(page: PageInput): OrderKey | null {
  const key = readCursor(page, 2);
  if (!key) return null;
  const createdAt = new Date(key[0] as number);
  if (Number.isNaN(createdAt.getTime()))
    throw clientError('BAD_USER_INPUT', '`after` is not a cursor of this list.');
  return { createdAt, sn: String(key[1]) };
}
