import { type OnChange, openChangeHub } from '../../../runtime/change-hub.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';
import type { Order } from '../domain/order.ts';
import { type OrderDocument, orderCollection, toOrder } from './order-document.ts';

/**
 * Calls with an order after each change, whichever process made it; with nothing when changes may
 * have been missed.
 */
export type OrderChanges = {
  onOrderChange(sn: string, onChange: OnChange<Order>): () => void;
  onTravellersOrderChange(userId: string, onChange: OnChange<Order>): () => void;
  onHostsOrderChange(userId: string, onChange: OnChange<Order>): () => void;
  stop: Stop;
};

const travellerKey = (userId: string) => `traveller ${userId}`;
const hostKey = (userId: string) => `host ${userId}`;

export async function openOrderChanges(
  database: Database,
  log: Log,
  onAlive?: () => void,
): Promise<OrderChanges> {
  const hub = await openChangeHub<OrderDocument>({
    collection: orderCollection(database.db),
    keysOf: ({ travellerId, snapshot }) => [travellerKey(travellerId), hostKey(snapshot.hostId)],
    log,
    onAlive,
  });
  const orderTo = (onChange: OnChange<Order>) => (doc: OrderDocument | undefined) =>
    onChange(doc && toOrder(doc));
  return {
    onOrderChange: (sn, onChange) => hub.listenTo(sn, orderTo(onChange)),
    onTravellersOrderChange: (userId, onChange) =>
      hub.listen(travellerKey(userId), orderTo(onChange)),
    onHostsOrderChange: (userId, onChange) => hub.listen(hostKey(userId), orderTo(onChange)),
    stop: hub.stop,
  };
}
