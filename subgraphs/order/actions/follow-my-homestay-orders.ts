import { followVersions } from '../../../runtime/follow-versions.ts';
import type { NewestWinsQueue } from '../../../runtime/newest-wins-queue.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import type { Order } from '../domain/order.ts';
import { isLive } from '../domain/state.ts';
import { atVersion, versionBefore } from '../domain/versions.ts';

export type FollowMyHomestayOrdersNeeds = {
  now(): Promise<Date>;
  ordersBySn(sns: readonly string[]): Promise<Order[]>;
  /** The newest first. */
  liveOrdersOf(travellerId: string, limit: number): Promise<Order[]>;
  /** In any state, the newest first. */
  ordersOf(page: { travellerId: string; after: null; limit: number }): Promise<Order[]>;
  /**
   * Calls with an order of theirs after each change, or with nothing when changes may have been
   * missed.
   */
  onTravellersOrderChange(userId: string, onChange: (order: Order | undefined) => void): () => void;
};

const maxUnsent = 1_000;
const maxLive = 100;
// A change gets its time before it is stored. One that is stored after the first look may be this
// much older than it.
const longestWriteMs = 60_000;

/**
 * A traveller's live orders as they stand, oldest first, then each later version of any of their
 * orders. On resubscribe, pass the last seen versions to receive only newer ones.
 */
export function followMyHomestayOrders(
  needs: FollowMyHomestayOrdersNeeds,
  userId: string,
  seen: SeenVersions,
): NewestWinsQueue<Order> {
  let begun = new Date(0);
  /** What an order that was never shown did before the subscription began is past, and no news. */
  const startAfter = (order: Order) => versionBefore(order, begun);

  return followVersions<Order>({
    seen,
    max: maxUnsent,
    keyOf: ({ sn }) => sn,
    atVersion,
    startAfter,
    listen: (onChange) => needs.onTravellersOrderChange(userId, onChange),
    look: async (sent, first) => {
      if (first) begun = new Date((await needs.now()).getTime() - longestWriteMs);
      const page = { travellerId: userId, after: null, limit: maxLive };
      const [known, live, latest] = await Promise.all([
        needs.ordersBySn([...sent.keys()]),
        needs.liveOrdersOf(userId, maxLive),
        needs.ordersOf(page),
      ]);
      // The caller names what it has seen, so it may name orders of others.
      const own = known.filter(({ travellerId }) => travellerId === userId);
      const firstAfter = ({ state, version }: Order) => (isLive(state) ? version - 1 : version);
      // A live order is among the latest ones too, perhaps read at another version: it is shown
      // once.
      return [...own, ...live.reverse(), ...latest.reverse()].map((order) => ({
        thing: order,
        after: first ? firstAfter(order) : startAfter(order),
      }));
    },
  });
}
