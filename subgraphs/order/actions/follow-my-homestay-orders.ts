import { followVersions } from '../../../runtime/follow-versions.ts';
import type { NewestWinsQueue } from '../../../runtime/newest-wins-queue.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import type { Order } from '../domain/order.ts';
import type { OrderSearch } from '../domain/order-search.ts';
import { isLive, liveStates } from '../domain/state.ts';
import { atVersion, versionBefore } from '../domain/versions.ts';

/** Calls with an order after each change, or with nothing when changes may have been missed. */
type Listen = (userId: string, onChange: (order: Order | undefined) => void) => () => void;

export type FollowMyHomestayOrdersNeeds = {
  now(): Promise<Date>;
  ordersBySn(sns: readonly string[]): Promise<Order[]>;
  /** The newest first. */
  searchOrders(search: OrderSearch, after: null, limit: number): Promise<Order[]>;
  onTravellersOrderChange: Listen;
  onHostsOrderChange: Listen;
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
export const followMyHomestayOrders = (
  needs: FollowMyHomestayOrdersNeeds,
  travellerId: string,
  seen: SeenVersions,
): NewestWinsQueue<Order> =>
  followOrders(needs, seen, {
    search: { travellerId },
    isOwn: (order) => order.travellerId === travellerId,
    listen: (onChange) => needs.onTravellersOrderChange(travellerId, onChange),
  });

/** The same for the orders of a host's homestays. */
export const followHostHomestayOrders = (
  needs: FollowMyHomestayOrdersNeeds,
  hostId: string,
  seen: SeenVersions,
): NewestWinsQueue<Order> =>
  followOrders(needs, seen, {
    search: { hostId },
    isOwn: ({ snapshot }) => snapshot.hostId === hostId,
    listen: (onChange) => needs.onHostsOrderChange(hostId, onChange),
  });

/** Orders that are followed together. */
type Followed = {
  search: OrderSearch;
  isOwn(order: Order): boolean;
  listen(onChange: (order: Order | undefined) => void): () => void;
};

function followOrders(
  needs: FollowMyHomestayOrdersNeeds,
  seen: SeenVersions,
  { search, isOwn, listen }: Followed,
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
    listen,
    look: async (sent, first) => {
      if (first) begun = new Date((await needs.now()).getTime() - longestWriteMs);
      const [known, live, latest] = await Promise.all([
        needs.ordersBySn([...sent.keys()]),
        needs.searchOrders({ ...search, states: liveStates }, null, maxLive),
        needs.searchOrders(search, null, maxLive),
      ]);
      // The caller names what it has seen, so it may name orders of others.
      const own = known.filter(isOwn);
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
