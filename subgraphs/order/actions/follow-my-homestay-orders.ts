import { type NewestWinsQueue, newestWinsQueue } from '../../../runtime/newest-wins-queue.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import type { Order } from '../domain/order.ts';
import { isLive } from '../domain/state.ts';
import { versionsAfter } from '../domain/versions.ts';

export type FollowMyOrdersNeeds = {
  ordersOf(page: { travellerId: string; after: null; limit: number }): Promise<Order[]>;
  ordersBySn(sns: readonly string[]): Promise<Order[]>;
  onTravellersOrderChange(userId: string, onChange: (order: Order | undefined) => void): () => void;
};

const maxUnsent = 1_000;
const maxLive = 100;

/**
 * A traveller's own orders: first the live ones as they stand, oldest first, then each later version of any of them. Who says
 * what versions it has seen gets those after them.
 */
export function followMyHomestayOrders(
  needs: FollowMyOrdersNeeds,
  userId: string,
  seen: SeenVersions,
): NewestWinsQueue<Order> {
  const sent = new Map(Object.entries(seen));
  let looked = false;
  const early: Order[] = [];

  const show = (order: Order, after: number) => {
    for (const version of versionsAfter(order, sent.get(order.sn) ?? after)) queue.push(version);
    sent.set(order.sn, Math.max(sent.get(order.sn) ?? 0, order.version));
  };
  const look = async () => {
    const [known, latest] = await Promise.all([
      needs.ordersBySn([...sent.keys()]),
      needs.ordersOf({ travellerId: userId, after: null, limit: maxLive }),
    ]);
    const own = known.filter(({ travellerId }) => travellerId === userId);
    const live = latest.filter(({ sn, state }) => isLive(state) && !sent.has(sn)).reverse();
    for (const order of [...own, ...live]) show(order, order.version - 1);
    looked = true;
    for (const order of early.splice(0)) show(order, 0);
  };
  const lookOrFail = () => void look().catch((error) => queue.fail(error));

  const unlisten = needs.onTravellersOrderChange(userId, (order) => {
    if (!order) lookOrFail();
    else if (looked) show(order, 0);
    else early.push(order);
  });
  const queue = newestWinsQueue<Order>({ max: maxUnsent, keyOf: ({ sn }) => sn, onEnd: unlisten });
  lookOrFail();
  return queue;
}
