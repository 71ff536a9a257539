import { openChangeHub } from '../../../runtime/change-hub.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';
import type { VersionedPayment } from '../domain/payment-versions.ts';
import { type PaymentDocument, paymentCollection, toVersionedPayment } from './payment-document.ts';

/** Follows the changes of payments, whichever process makes them. */
export async function openPaymentChanges(
  { db }: Pick<Database, 'db'>,
  log: Log,
  onAlive?: () => void,
) {
  const hub = await openChangeHub<PaymentDocument>({
    collection: paymentCollection(db),
    keysOf: ({ orderSn }) => [orderSn],
    log,
    onAlive,
  });
  return {
    /**
     * Calls with a payment of the order after each change, or with nothing if changes may have been
     * missed.
     */
    onPaymentChange: (
      orderSn: string,
      onChange: (payment: VersionedPayment | undefined) => void,
    ): (() => void) =>
      hub.listen(orderSn, (document) => onChange(document && toVersionedPayment(document))),
    stop: hub.stop,
  };
}
