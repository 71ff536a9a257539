import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import type { Email } from '../domain/email.ts';
import { leftOf, type Payment } from '../domain/payment.ts';
import type { EndedRefundState, Refund } from '../domain/refund.ts';
import type { Emails } from './emails.ts';
import type { Payments } from './payments.ts';
import type { Refunds } from './refunds.ts';
import type { Arrived } from './write-attempts.ts';

export type RefundStarted = 'started' | 'nothing left' | 'another came first';
type Collections = { payments: Payments; refunds: Refunds; emails: Emails };

/**
 * How a refund ended. With a lease, it counts only if the refund is open and nobody else has taken
 * it since.
 */
export type RefundEnd = { sn: string; to: EndedRefundState; now: Date; lease?: Date };

export type Ledger = ReturnType<typeof openLedger>;

/**
 * The events that change more than one collection. Each is one transaction: all of it is stored, or
 * nothing.
 */
export function openLedger(database: Pick<Database, 'transaction'>, stores: Collections) {
  return { ...moneyEvents(database, stores), ...refundEvents(database, stores) };
}

function moneyEvents({ transaction }: Pick<Database, 'transaction'>, stores: Collections) {
  const { payments, refunds, emails } = stores;
  return {
    /** The order accepts the money. False if its answer was known before. */
    acceptMoney: (
      sn: string,
      emailsOf: (payment: Payment) => Email[],
      now: Date,
    ): Promise<boolean> =>
      transaction(async (session) => {
        const payment = await payments.saveOrderAnswer(sn, 'ACCEPTED', session);
        for (const email of payment ? emailsOf(payment) : [])
          await emails.insertEmail(email, now, session);
        return payment !== null;
      }),

    /**
     * The order refuses the money, and what is left of it goes back: the provider may have given a
     * part back by itself. `refundOf` makes the refund of that amount. False if the order's answer
     * was known before, or while another refund is under way: then the order is told again later.
     */
    refuseMoney: (
      sn: string,
      refundOf: (payment: Payment, amount: number) => Refund,
    ): Promise<boolean> =>
      transaction(async (session) => {
        if (await refunds.openRefundOf(sn, session)) return false;
        const payment = await payments.saveOrderAnswer(sn, 'REFUSED', session);
        if (!payment) return false;
        const left = leftOf(payment);
        if (left <= 0) return true;
        if (!(await payments.reserveRefund(sn, left, session)))
          throw new Error(`what is left of ${sn} cannot be set aside`);
        await refunds.insertRefund(refundOf(payment, left), session);
        return true;
      }),

    /**
     * Another amount has arrived than was asked for, and the refund of all of it starts. Null if it
     * was known before.
     */
    returnOtherMoney: (
      sn: string,
      arrived: Arrived,
      refundOf: (payment: Payment) => Refund,
    ): Promise<Payment | null> =>
      transaction(async (session) => {
        const payment = await payments.markPaidOtherwise(sn, arrived, session);
        if (!payment) return null;
        const refund = refundOf(payment);
        if (await payments.reserveRefund(sn, refund.amount, session))
          await refunds.insertRefund(refund, session);
        return payment;
      }),

    /** The provider gave money back by itself. False if it was known before. */
    async recordProviderRefund(refund: Refund): Promise<boolean> {
      const { paymentSn, amount: refunded } = refund;
      try {
        await transaction(async (session) => {
          await refunds.insertRefund(refund, session);
          const open = (await refunds.openRefundOf(paymentSn, session)) !== null;
          const cause = 'REFUNDED_BY_PROVIDER';
          const change = { refunded, open, toCompare: true, cause } as const;
          await payments.changeMoney(paymentSn, change, session);
        });
        return true;
      } catch (error) {
        if (isDuplicateKey(error)) return false;
        throw error;
      }
    },
  };
}

function refundEvents({ transaction }: Pick<Database, 'transaction'>, stores: Collections) {
  const { payments, refunds, emails } = stores;
  return {
    /** Sets the amount aside and stores the refund. */
    async startRefund(refund: Refund): Promise<RefundStarted> {
      try {
        return await transaction(async (session) => {
          const { paymentSn, amount } = refund;
          if (!(await payments.reserveRefund(paymentSn, amount, session))) return 'nothing left';
          await refunds.insertRefund(refund, session);
          return 'started';
        });
      } catch (error) {
        if (isDuplicateKey(error)) return 'another came first';
        throw error;
      }
    },

    /**
     * A refund has ended, or the provider contradicts how it ended. The payment keeps what is true
     * now, and the traveller is told of money that went back. Null if nothing is new.
     */
    endRefund: (end: RefundEnd, emailOf: (refund: Refund) => Email): Promise<Refund | null> =>
      transaction(async (session) => {
        const found = await refunds.endRefund(end, session);
        if (!found) return null;
        const { ended, wasOpen } = found;
        const { paymentSn, amount, state } = ended;
        const succeeded = state === 'SUCCESS';
        // The amount was set aside while the refund was open, or while it counted as succeeded.
        const refunded = succeeded ? (wasOpen ? 0 : amount) : -amount;
        const open = (await refunds.openRefundOf(paymentSn, session)) !== null;
        // A part that was given back may be all that was left of a stay that goes on.
        const isPart = !ended.endsStay && ended.idempotencyKey !== undefined;
        const toCompare = ended.contradicted === true || isPart;
        const change = { refunded, open, toCompare, cause: 'REFUND_ENDED' } as const;
        await payments.changeMoney(paymentSn, change, session);
        if (succeeded) await emails.insertEmail(emailOf(ended), end.now, session);
        return ended;
      }),
  };
}
