import type { ClientSession, Document, Filter } from 'mongodb';
import { originNow } from '../../../runtime/origin.ts';
import { paymentStatesBefore } from '../domain/payment.ts';
import type { PaymentCollection, PaymentDocument } from './payment-document.ts';
import type { ChangedPayment } from './state-changes.ts';

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

const isNotAccepted: Document = { $ne: ['$orderAnswer', 'ACCEPTED'] };

/** A client chooses the id of its request, so that an id may look like the name of a field. */
function origin(): { origin?: Document } {
  const { origin } = originNow();
  return origin ? { origin: { $literal: origin } } : {};
}

/** Adds to what has gone back, and brings the state after it. Returns the stages of an update. */
const moneyUpdate = (refunded: number, open: boolean, toCompare = false): Document[] => [
  { $set: { refunded: { $add: ['$refunded', refunded] }, changedAt: '$$NOW', ...origin() } },
  {
    $set: {
      state: stateOf(open),
      unsettled: {
        $cond: [{ $and: [isSettled(open), !toCompare || isNotAccepted] }, '$$REMOVE', true],
      },
    },
  },
  { $set: { history: { $concatArrays: ['$history', [{ state: '$state', ...origin() }]] } } },
];

/** Sets an amount aside for a refund; null if less is left, or a refund is under way. */
export async function reserveRefund(
  payments: PaymentCollection,
  sn: string,
  amount: number,
  session: ClientSession,
): Promise<ChangedPayment | null> {
  const isLeft = { $lte: [{ $add: ['$refunded', amount] }, arrived] };
  const reservable = {
    _id: sn,
    paidAt: { $exists: true },
    state: { $in: paymentStatesBefore('REFUNDING') },
    $expr: isLeft,
  };
  return change(payments, reservable, moneyUpdate(amount, true), session);
}

/** How the money of a payment has changed. */
export type MoneyChange = {
  /** What is added to what has gone back. */
  refunded: number;
  /** A refund is still under way. */
  open: boolean;
  /** Somebody did it perhaps months later: money that its order has is compared with it anew. */
  toCompare: boolean;
};

/** A refund ended, or the provider changed the money by itself. */
export async function changeMoney(
  payments: PaymentCollection,
  sn: string,
  { refunded, open, toCompare }: MoneyChange,
  session: ClientSession,
): Promise<ChangedPayment | null> {
  const paid = { _id: sn, paidAt: { $exists: true } };
  return change(payments, paid, moneyUpdate(refunded, open, toCompare), session);
}

/** It agrees with its order, as long as it stays as it was at `changedAt`. */
export async function markCompared(
  payments: PaymentCollection,
  sn: string,
  changedAt: Date,
): Promise<void> {
  await payments.updateOne({ _id: sn, changedAt }, { $unset: { unsettled: '' } });
}

async function change(
  payments: PaymentCollection,
  filter: Filter<PaymentDocument>,
  stages: Document[],
  session: ClientSession,
): Promise<ChangedPayment | null> {
  const found = await payments.findOneAndUpdate(filter, stages, {
    session,
    returnDocument: 'after',
    projection: { orderSn: 1, state: 1 },
  });
  return found && { sn: found._id, orderSn: found.orderSn, state: found.state };
}
