import type { ClientSession, Collection, Db, Filter, UpdateFilter } from 'mongodb';
import { always, type DocumentOf, documentDoor } from '../../../runtime/document-door.ts';
import { type Origin, originNow } from '../../../runtime/origin.ts';
import { readOnAfter } from '../../../runtime/serial-number.ts';
import { type EndedRefundState, type Refund, refundStatesBefore } from '../domain/refund.ts';
import { type Claims, keyClaim } from './claims.ts';
import type { Changed } from './state-changes.ts';

/** A refund as it is stored: its serial number is its key. */
type RefundDocument = DocumentOf<Refund, 'sn', Inner>;
type Inner = {
  /** Of the last change. */
  origin?: Origin;
};
type RefundCollection = Collection<RefundDocument>;

const door = documentDoor<Refund, 'sn', Inner>({
  key: 'sn',
  fields: {
    paymentSn: always,
    orderSn: always,
    travellerId: always,
    hostId: always,
    amount: always,
    currency: always,
    reason: always,
    cause: always,
    endsStay: always,
    state: always,
    open: always,
    createdAt: always,
    orderTold: always,
    attempts: always,
    nextTryAt: always,
  },
  inner: ['origin'],
  version: 2,
  upgrades: {
    // Refunds of the first release ended the stay unless the order itself had caused them.
    1: (old) => ({ endsStay: old.cause !== 'ORDER_REFUSED_PAYMENT', ...old }),
  },
});
const toRefund = door.fromDocument;
const toRefundOrNull = (document: RefundDocument | null): Refund | null =>
  document && toRefund(document);

export type Refunds = ReturnType<typeof openRefunds>;

/** The refunds, one document each. */
export function openRefunds({ db, changed }: { db: Db; changed: Changed }, claims: Claims) {
  const refunds: RefundCollection = db.collection('refunds');
  return { ...readRefunds(refunds, claims), ...writeRefunds(refunds, claims, changed) };
}

/** All that is read of refunds. */
function readRefunds(refunds: RefundCollection, claims: Claims) {
  const oldest = async (filter: Filter<RefundDocument>) =>
    (await refunds.find(filter).sort({ createdAt: 1, _id: 1 }).toArray()).map(toRefund);
  return {
    refund: async (sn: string) => toRefundOrNull(await refunds.findOne({ _id: sn })),

    async openRefundOf(paymentSn: string, session?: ClientSession): Promise<Refund | null> {
      const _id = await claims.holder(paymentSn, session);
      if (_id === null) return null;
      const options = session ? { session } : undefined;
      return toRefundOrNull(await refunds.findOne({ _id, open: true }, options));
    },

    refundByKey: async (orderSn: string, idempotencyKey: string) =>
      toRefundOrNull(await refunds.findOne({ orderSn, idempotencyKey })),

    /** The refund that the provider made by itself, by the provider's name for it. */
    refundByRef: async (paymentSn: string, providerRef: string) =>
      toRefundOrNull(await refunds.findOne({ paymentSn, providerRef })),

    refundsBySn: async (sns: readonly string[]) =>
      (await refunds.find({ _id: { $in: [...sns] } }).toArray()).map(toRefund),

    /** All refunds of these orders, oldest first. */
    refundsOfOrders: (orderSns: readonly string[]) => oldest({ orderSn: { $in: [...orderSns] } }),

    /** All refunds of these payments, oldest first. */
    refundsOfPayments: (sns: readonly string[]) => oldest({ paymentSn: { $in: [...sns] } }),

    /** Refunds that began since then, after this serial number. */
    async refundsBegunSince(since: Date, after: string, limit: number): Promise<Refund[]> {
      const begun = refunds.find({ _id: { $gt: readOnAfter('RFD', since, after) } });
      return (await begun.sort({ _id: 1 }).limit(limit).toArray()).map(toRefund);
    },

    /**
     * Refunds with something left to do by now: they are open, or their order does not know how
     * they ended.
     */
    async refundsToProcess(
      now: Date,
      limit: number,
    ): Promise<{ sn: string; origin?: Origin | undefined }[]> {
      const open = { open: true, nextTryAt: { $lte: now } };
      const untold = { orderTold: false, open: false };
      const found = await Promise.all(
        [open, untold].map((filter) => refunds.find(filter).limit(limit).toArray()),
      );
      return found.flat().map(({ _id, origin }) => ({ sn: _id, origin }));
    },
  };
}

/**
 * Every write to refunds. Each is a compare-and-set that returns null if another one came first.
 */
function writeRefunds(refunds: RefundCollection, claims: Claims, changed: Changed) {
  const told = (refund: Refund | null, session?: ClientSession): Refund | null => {
    if (!refund) return null;
    const { sn, orderSn, paymentSn, state, cause } = refund;
    changed({ of: 'refund', sn, orderSn, paymentSn, state, cause }, session);
    return refund;
  };
  const update = async (
    filter: Filter<RefundDocument>,
    change: UpdateFilter<RefundDocument>,
    session?: ClientSession,
  ) =>
    toRefundOrNull(
      await refunds.findOneAndUpdate(filter, withOrigin(change), {
        returnDocument: 'after',
        ...(session ? { session } : {}),
      }),
    );
  return {
    /**
     * @throws a duplicate key error if the payment has an open refund, or the order a refund with
     *   the same key
     */
    insertRefund: async (refund: Refund, session: ClientSession): Promise<void> => {
      const { sn, orderSn, paymentSn, idempotencyKey, providerRef, open } = refund;
      if (open) await claims.take(paymentSn, sn, session);
      if (idempotencyKey !== undefined)
        await claims.take(keyClaim(orderSn, idempotencyKey), sn, session);
      if (providerRef) await claims.take(`refund of ${paymentSn}: ${providerRef}`, sn, session);
      await refunds.insertOne(door.toDocument(refund, originNow()), { session });
      told(refund, session);
    },

    /** The order has consented, or the provider has it. */
    moveRefund: async (sn: string, to: 'APPROVED' | 'SENT') =>
      told(
        await update({ _id: sn, state: { $in: refundStatesBefore(to) } }, { $set: { state: to } }),
      ),

    /**
     * It has ended; null if it had ended like this before. The order is told, also of a
     * contradiction, unless it declined the refund itself or is not concerned.
     * @param lease ends it only if it is open and nobody has taken it since: `nextTryAt` is still
     *   this
     */
    async endRefund(
      { sn, to, now, lease }: { sn: string; to: EndedRefundState; now: Date; lease?: Date },
      session: ClientSession,
    ): Promise<{ ended: Refund; wasOpen: boolean } | null> {
      const filter = {
        _id: sn,
        state: { $in: refundStatesBefore(to) },
        ...(lease ? { open: true, nextTryAt: lease } : {}),
      };
      const before = toRefundOrNull(await refunds.findOne(filter, { session }));
      if (!before) return null;
      const set = {
        ...{ state: to, open: false, settledAt: now },
        orderTold: to === 'DECLINED' || !before.endsStay,
        ...(before.open ? {} : { contradicted: true }),
      };
      const ended = told(await update(filter, { $set: set }, session), session);
      if (ended && before.open) await claims.release(ended.paymentSn, sn, session);
      return ended && { ended, wasOpen: before.open };
    },

    /**
     * Takes an open refund for a while; nobody else processes it until then. Null if somebody else
     * has taken it.
     */
    takeRefund: (sn: string, nextTryAt: Date, until: Date) =>
      update(
        { _id: sn, open: true, nextTryAt },
        { $set: { nextTryAt: until }, $inc: { attempts: 1 } },
      ),

    /** Gives a taken refund back; it is tried again then. */
    retryRefundAt: async (sn: string, lease: Date, nextTryAt: Date): Promise<void> => {
      await update({ _id: sn, open: true, nextTryAt: lease }, { $set: { nextTryAt } });
    },

    markOrderToldOfRefund: async (sn: string, state: EndedRefundState): Promise<void> => {
      await update({ _id: sn, state }, { $set: { orderTold: true } });
    },
  };
}

const withOrigin = ({
  $set,
  ...change
}: UpdateFilter<RefundDocument>): UpdateFilter<RefundDocument> => ({
  ...change,
  $set: { ...$set, ...originNow() } as Partial<RefundDocument>,
});
