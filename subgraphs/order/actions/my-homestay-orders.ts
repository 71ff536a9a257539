import {
  type Connection,
  connectionOf,
  type PageInput,
  pageSize,
  readTimeCursor,
} from '../../../runtime/connection.ts';
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
    after: readTimeCursor(page),
    limit: first + 1,
  });
  return connectionOf(read, page, ({ createdAt, sn }) => [createdAt.getTime(), sn]);
}

/** Where a page of orders begins: after the order of this instant and serial number. */
export type OrderKey = { createdAt: Date; sn: string };
