import type { ClientSession, Document } from 'mongodb';
import { paymentStatesBefore } from '../domain/payment.ts';
import type { PaymentCollection } from './payment-document.ts';

/**
 * What arrived. A payment that is stored by an older version has only what was asked for, and that
 * has arrived.
 */
const arrived = { $ifNull: ['$received.amount', '$amount'] };

const partly = {
  $cond: [{ $lt: ['$refunded', arrived] }, 'PARTIALLY_REFUNDED', 'REFUNDED'],
};

/** The state of a paid payment, by what has gone back of it. */
const stateOf = (open: boolean): Document | string =>
  open ? 'REFUNDING' : { $cond: [{ $lte: ['$refunded', 0] }, 'SUCCESS', partly] };

/**
 * Money is where it belongs: nothing is under way, and the order has accepted what is left or
 * nothing is left.
 */
const isSettled = (open: boolean): Document => ({
  $and: [
    !open,
    {
      $or: [
        { $and: [{ $eq: ['$orderAnswer', 'ACCEPTED'] }, { $lte: ['$refunded', arrived] }] },
        { $eq: ['$refunded', arrived] },
      ],
    },
  ],
});

/** Adds to what has gone back, and brings the state after it. Returns the stages of an update. */
const moneyUpdate = (refunded: number, open: boolean): Document[] => [
  { $set: { refunded: { $add: ['$refunded', refunded] }, changedAt: '$$NOW' } },
  {
    $set: {
      state: stateOf(open),
      unsettled: { $cond: [isSettled(open), '$$REMOVE', true] },
    },
  },
  { $set: { history: { $concatArrays: ['$history', [{ state: '$state' }]] } } },
];

/** Sets an amount aside for a refund; false if less is left, or a refund is under way. */
export async function reserveRefund(
  payments: PaymentCollection,
  sn: string,
  amount: number,
  session: ClientSession,
): Promise<boolean> {
  const isLeft = { $lte: [{ $add: ['$refunded', amount] }, arrived] };
  const reserved = await payments.updateOne(
    {
      _id: sn,
      paidAt: { $exists: true },
      state: { $in: paymentStatesBefore('REFUNDING') },
      $expr: isLeft,
    },
    moneyUpdate(amount, true),
    { session },
  );
  return reserved.matchedCount === 1;
}

/** A refund ended, or the provider changed the money by itself. */
export async function changeMoney(
  payments: PaymentCollection,
  sn: string,
  { refunded, open }: { refunded: number; open: boolean },
  session: ClientSession,
): Promise<void> {
  const paid = { _id: sn, paidAt: { $exists: true } };
  await payments.updateOne(paid, moneyUpdate(refunded, open), { session });
}
