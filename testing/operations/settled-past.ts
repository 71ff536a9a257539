import type { Db } from 'mongodb';
import { type OrderState, orderStates } from '../../subgraphs/order/domain/state.ts';
import { type NightDocument, nightKey } from '../../subgraphs/order/store/nights.ts';
import { toDocument as orderDocument } from '../../subgraphs/order/store/order-document.ts';
import { paymentCollection, toDocument } from '../../subgraphs/payment/store/payment-document.ts';
import { sampleOrder } from '../order/sample-order.ts';
import { samplePaid, sampleRefund } from '../payment/samples.ts';

const batchSize = 500;
const dayMs = 86_400_000;
const ended = orderStates.filter((state) => state !== 'WAIT_PAY' && state !== 'WAIT_USE');

/**
 * Fills databases with orders that have ended two months ago, their payments, refunds and emails:
 * nothing is left to do for any of them. The connections must be patient: with a million documents,
 * an insert may take longer than a request may.
 */
export async function fillSettledPast(
  { order, payment }: { order: Db; payment: Db },
  count: number,
): Promise<void> {
  const at = new Date(Date.now() - 60 * dayMs);
  const since = Date.now();
  for (let from = 0; from < count; from += batchSize) {
    const numbers = Array.from({ length: Math.min(batchSize, count - from) }, (_, i) => from + i);
    const documents = (of: (n: number, at: Date) => unknown) =>
      numbers.map((n) => of(n, at)) as never[];
    await Promise.all([
      order.collection('orders').insertMany(documents(endedOrder), { ordered: false }),
      paymentCollection(payment).insertMany(documents(settledPayment), { ordered: false }),
      payment.collection('refunds').insertMany(documents(settledRefund), { ordered: false }),
      payment.collection('emails').insertMany(documents(sentEmail), { ordered: false }),
    ]);
    const done = from + numbers.length;
    if (done % 50_000 === 0)
      console.error(
        `${done} of ${count} are there after ${Math.round((Date.now() - since) / 1_000)} s`,
      );
  }
}

const homestays = 20;

/**
 * Fills an order database with held nights of stays to come, at the homestays of the test
 * catalogue. They begin in two years, so that tests still find free nights.
 */
export async function fillNights(order: Db, count: number): Promise<void> {
  const first = Date.now() + 730 * dayMs;
  const documents = Array.from({ length: count }, (_, n) => {
    const night = date(new Date(first + Math.floor(n / homestays) * dayMs));
    const homestayId = `home-${n % homestays}`;
    return { _id: nightKey(homestayId, night), homestayId, night, orderSn: snOf('HSO', n) };
  });
  await order.collection<NightDocument>('nights').insertMany(documents, { ordered: false });
}

const snOf = (kind: string, n: number) => `${kind}20260101000000${String(n).padStart(8, '0')}`;
const date = (at: Date) => at.toISOString().slice(0, 10);

const endedOrder = (n: number, at: Date) =>
  orderDocument({
    ...sampleOrder(),
    sn: snOf('HSO', n),
    state: ended[n % ended.length] as OrderState,
    travellerId: `traveller-${n % 1_000}`,
    idempotencyKey: `key-${n}`,
    createdAt: at,
    closeAt: at,
    checkIn: date(at),
    checkOut: date(new Date(at.getTime() + dayMs)),
  });

const settledPayment = (n: number, at: Date) =>
  toDocument(
    samplePaid({
      sn: snOf('PMT', n),
      orderSn: snOf('HSO', n),
      // Some attempts have ended without money.
      ...(n % 4 === 0 ? { state: 'CLOSED', live: false } : {}),
      createdAt: at,
      paidAt: at,
      changedAt: at,
    }),
  );

function settledRefund(n: number, at: Date) {
  const { sn: _id, ...refund } = sampleRefund({
    sn: snOf('RFD', n),
    paymentSn: snOf('PMT', n),
    orderSn: snOf('HSO', n),
    state: 'SUCCESS',
    createdAt: at,
    nextTryAt: at,
    open: false,
    orderTold: true,
  });
  return { _id, ...refund, schemaVersion: 2 };
}

const sentEmail = (n: number, at: Date) => ({
  _id: `email-${n}`,
  ...{ travellerId: 'ana', subject: 'Paid', text: 'Paid.', orderSn: snOf('HSO', n) },
  ...{ sent: true, sentAt: at, nextTryAt: at, schemaVersion: 1 },
});
