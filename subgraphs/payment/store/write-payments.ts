import type { ClientSession } from 'mongodb';
import type { Database } from '../../../runtime/mongo.ts';
import type { OrderAnswer } from '../domain/payment.ts';
import type { Claims } from './claims.ts';
import type { PaymentCollection } from './payment-document.ts';
import { changeMoney, type MoneyChange, markCompared, reserveRefund } from './payment-money.ts';
import { queries } from './payment-queries.ts';
import { paymentWriter } from './payment-writer.ts';
import type { Changed } from './state-changes.ts';
import { writeAttempts } from './write-attempts.ts';

/**
 * Every write to payments. Each is a compare-and-set that returns null if another one came first.
 */
export function writePayments(
  database: Pick<Database, 'transaction'> & { changed: Changed },
  payments: PaymentCollection,
  claims: Claims,
) {
  const writer = paymentWriter(database.changed, payments, claims);
  const { update, told, noLongerLive } = writer;
  return {
    ...writeAttempts(database, payments, claims, writer),
    ...queries(payments),

    /** Keeps the order's answer to the money; null if it has answered before. */
    async saveOrderAnswer(sn: string, orderAnswer: OrderAnswer, session: ClientSession) {
      const filter = { _id: sn, paidAt: { $exists: true }, orderAnswer: { $exists: false } };
      if (orderAnswer === 'ACCEPTED') {
        const write = { set: { orderAnswer }, session };
        // If the provider has changed the money before, it is to be compared with its order.
        const untouched = { ...filter, state: 'SUCCESS' as const, refunded: 0 };
        return (
          (await update(untouched, { ...write, unset: ['toTell', 'unsettled'] })) ??
          update(filter, { ...write, unset: ['toTell'] })
        );
      }
      const set = { orderAnswer, live: false };
      const refused = await update(filter, { set, unset: ['toTell'], session });
      return noLongerLive(refused, session);
    },

    /**
     * The order is asked again whether it takes this money. False if it has not refused it or
     * accepted it before.
     */
    tellOrderAgain: async (sn: string): Promise<boolean> =>
      (await update(
        { _id: sn, orderAnswer: 'ACCEPTED' },
        { set: { toTell: true, unsettled: true }, unset: ['orderAnswer'] },
      )) !== null,

    /** Sets an amount aside for a refund; false if less is left. */
    async reserveRefund(sn: string, amount: number, session: ClientSession): Promise<boolean> {
      const reserved = await reserveRefund(payments, sn, amount, session);
      return told(reserved, 'REFUND_BEGUN', session) !== null;
    },

    /**
     * A refund ended, or the provider changed the money by itself. `open`: a refund is still under
     * way.
     */
    async changeMoney(
      sn: string,
      { cause, ...change }: MoneyChange & { cause: 'REFUND_ENDED' | 'REFUNDED_BY_PROVIDER' },
      session: ClientSession,
    ): Promise<void> {
      told(await changeMoney(payments, sn, change, session), cause, session);
    },

    markCompared: (sn: string, changedAt: Date) => markCompared(payments, sn, changedAt),
  };
}
