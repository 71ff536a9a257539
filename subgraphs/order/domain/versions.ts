import type { Order } from './order.ts';

/** The order as it was in one of its versions, which its history tells. */
export function atVersion(order: Order, version: number): Order {
  const change = order.history[version - 1];
  if (version === order.version || !change) return order;
  return { ...order, version, state: change.state, history: order.history.slice(0, version) };
}

/** The last version that the order had before an instant; 0 if it was not placed yet. */
export const versionBefore = (order: Order, instant: Date): number =>
  order.history.filter(({ at }) => at < instant).length;
