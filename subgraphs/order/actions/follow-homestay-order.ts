import { clientError } from '../../../runtime/errors.ts';
import { followVersions } from '../../../runtime/follow-versions.ts';
import type { NewestWinsQueue } from '../../../runtime/newest-wins-queue.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import { isVisibleTo, type Order, type Viewer } from '../domain/order.ts';
import { atVersion } from '../domain/versions.ts';

export type FollowHomestayOrderNeeds = {
  order(sn: string): Promise<Order | null>;
  /** Calls with the order after each change, or with nothing when changes may have been missed. */
  onOrderChange(sn: string, onChange: (order: Order | undefined) => void): () => void;
};

const maxUnsent = 100;

/**
 * The order as it stands, then each later version, for whoever may see it.
 * On resubscribe, pass the last seen version to receive only newer ones.
 */
export const followHomestayOrder = (
  needs: FollowHomestayOrderNeeds,
  viewer: Viewer,
  sn: string,
  seen: SeenVersions,
): NewestWinsQueue<Order> =>
  followVersions<Order>({
    seen,
    max: maxUnsent,
    keyOf: (order) => order.sn,
    atVersion,
    listen: (onChange) => needs.onOrderChange(sn, onChange),
    look: async () => {
      const order = await needs.order(sn);
      if (!order || !isVisibleTo(order, viewer))
        throw clientError('FORBIDDEN', 'There is no such order for this caller.');
      return [{ thing: order, after: order.version - 1 }];
    },
  });
