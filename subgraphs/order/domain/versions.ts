import type { Order } from './order.ts';

/** The order as it was in each of its versions after `version`, oldest first: what its history tells. */
export const versionsAfter = (order: Order, version: number): Order[] =>
  order.history
    .map((_, index) => index + 1)
    .filter((earlier) => earlier > version)
    .map((earlier) => atVersion(order, earlier));

function atVersion(order: Order, version: number): Order {
  const change = order.history[version - 1];
  if (version === order.version || !change) return order;
  return { ...order, version, state: change.state, history: order.history.slice(0, version) };
}
