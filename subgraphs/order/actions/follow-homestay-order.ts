import { clientError } from '../../../runtime/errors.ts';
import { type NewestWinsQueue, newestWinsQueue } from '../../../runtime/newest-wins-queue.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import { isVisibleTo, type Order } from '../domain/order.ts';
import { versionsAfter } from '../domain/versions.ts';

export type FollowOrderNeeds = {
  order(sn: string): Promise<Order | null>;
  /** Calls with the order after each change, or with nothing when changes may have been missed. */
  onOrderChange(sn: string, onChange: (order: Order | undefined) => void): () => void;
};

const maxUnsent = 100;

/**
 * An order as it stands and then each later version, in order, none twice and none missed: for its traveller or its
 * homestay's host. Who says what version it has seen gets those after it.
 */
export function followHomestayOrder(
  needs: FollowOrderNeeds,
  userId: string,
  sn: string,
  seen: SeenVersions,
): NewestWinsQueue<Order> {
  let sent = seen[sn];
  const show = (order: Order | null) => {
    if (!order || !isVisibleTo(order, userId)) {
      return queue.fail(clientError('FORBIDDEN', 'There is no such order for this caller.'));
    }
    for (const version of versionsAfter(order, sent ?? order.version - 1)) queue.push(version);
    sent = Math.max(sent ?? 0, order.version);
  };
  const look = () => void needs.order(sn).then(show, (error) => queue.fail(error));

  const unlisten = needs.onOrderChange(sn, (order) => (order ? show(order) : look()));
  const queue = newestWinsQueue<Order>({
    max: maxUnsent,
    keyOf: ({ sn: key }) => key,
    onEnd: unlisten,
  });
  look();
  return queue;
}
