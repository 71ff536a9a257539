import { type ChangeHub, openChangeHub } from '../../../runtime/change-hub.ts';
import type { Stop } from '../../../runtime/lifecycle.ts';
import type { Log } from '../../../runtime/log.ts';
import type { Database } from '../../../runtime/mongo.ts';
import type { VersionedPayment } from '../domain/payment.ts';
import { type PaymentDocument, toVersionedPayment } from './payments.ts';

/** Tells of changes of an order's payments, by whichever process they were made; with nothing: look for yourself. */
export type PaymentChanges = {
  onPaymentChange(
    orderSn: string,
    onChange: (payment: VersionedPayment | undefined) => void,
  ): () => void;
  stop: Stop;
};

export async function openPaymentChanges(
  { db }: Pick<Database, 'db'>,
  log: Log,
): Promise<PaymentChanges> {
  const hub: ChangeHub<PaymentDocument> = await openChangeHub({
    collection: db.collection<PaymentDocument>('payments'),
    keysOf: ({ orderSn }) => [orderSn],
    log,
  });
  return {
    onPaymentChange: (orderSn, onChange) =>
      hub.listen(orderSn, (document) => onChange(document && toVersionedPayment(document))),
    stop: hub.stop,
  };
}
