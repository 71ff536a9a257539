import {
  type Connection,
  type PageInput,
  pageSize,
  readTimeCursor,
  type TimeKey,
  timeConnection,
} from '../../../runtime/connection.ts';
import type { Order } from '../domain/order.ts';
import type { OrderSearch } from '../domain/order-search.ts';
import type { OrderState } from '../domain/state.ts';

export type SearchOrdersNeeds = {
  /** The newest first. */
  searchOrders(search: OrderSearch, after: TimeKey | null, limit: number): Promise<Order[]>;
};

type SearchPage = PageInput & { filter?: OrderSearch | null };

/** A page of a traveller's own orders, the newest first: with `state`, only those in that state. */
export const myHomestayOrders = (
  needs: SearchOrdersNeeds,
  travellerId: string,
  { state, filter, ...page }: SearchPage & { state?: OrderState | null },
): Promise<Connection<Order>> =>
  search(needs, { ...filter, ...(state ? { states: [state] } : {}), travellerId }, page);

/** A page of the orders of a host's own homestays, the newest first. */
export const hostHomestayOrders = (
  needs: SearchOrdersNeeds,
  hostId: string,
  { filter, ...page }: SearchPage,
): Promise<Connection<Order>> => search(needs, { ...filter, hostId }, page);

/** A page of all orders, the newest first. */
export const searchHomestayOrders = (
  needs: SearchOrdersNeeds,
  { filter, ...page }: SearchPage,
): Promise<Connection<Order>> => search(needs, filter ?? {}, page);

async function search(needs: SearchOrdersNeeds, wanted: OrderSearch, page: PageInput) {
  const first = pageSize(page);
  const read = await needs.searchOrders(wanted, readTimeCursor(page), first + 1);
  return timeConnection(read, page);
}
