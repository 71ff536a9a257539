import { type Database, isDuplicateKey } from '../../../runtime/mongo.ts';
import type { Email } from '../domain/email.ts';
import type { Payment } from '../domain/payment.ts';
import type { EndedRefundState, Refund } from '../domain/refund.ts';
import type { Emails } from './emails.ts';
import type { Payments } from './payments.ts';
import type { Refunds } from './refunds.ts';

export type RefundStarted = 'started' | 'nothing left' | 'another is open';
type Collections = { payments: Payments; refunds: Refunds; emails: Emails };

export type Ledger = ReturnType<typeof openLedger>;

/** The events that change more than one collection. Each is one transaction: all of it is stored, or nothing. */
export function openLedger({ transaction }: Pick<Database, 'transaction'>, stores: Collections) {
  const { payments, refunds, emails } = stores;

  return {
    /** The order accepts the money. False if its answer was known before. */
    acceptMoney: (sn: string, emailOf: (payment: Payment) => Email, now: Date): Promise<boolean> =>
      transaction(async (session) => {
        const payment = await payments.saveOrderAnswer(sn, 'ACCEPTED', session);
        if (payment) await emails.insertEmail(emailOf(payment), now, session);
        return payment !== null;
      }),

    /** The order refuses the money, and the refund starts. False if its answer was known before. */
    refuseMoney: (sn: string, refund: Refund): Promise<boolean> =>
      transaction(async (session) => {
        if (!(await payments.saveOrderAnswer(sn, 'REFUSED', session))) return false;
        if (!(await payments.reserveRefund(sn, refund.amount, session)))
          throw new Error(`payment ${sn} cannot be refunded`);
        await refunds.insertRefund(refund, session);
        return true;
      }),

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
        if (isDuplicateKey(error)) return 'another is open';
        throw error;
      }
    },

    /** The money went back. Null if the refund had ended before. */
    succeedRefund: (sn: string, emailOf: (refund: Refund) => Email, now: Date) =>
      transaction(async (session) => {
        const ended = await refunds.endRefund(sn, 'SUCCESS', now, session);
        if (!ended) return null;
        await payments.refundSucceeded(ended.paymentSn, session);
        await emails.insertEmail(emailOf(ended), now, session);
        return ended;
      }),

    /** The money stays. Null if the refund had ended before. */
    failRefund: (sn: string, to: Exclude<EndedRefundState, 'SUCCESS'>, now: Date) =>
      transaction(async (session) => {
        const ended = await refunds.endRefund(sn, to, now, session);
        if (ended) await payments.refundFailed(ended.paymentSn, ended.amount, session);
        return ended;
      }),
  };
}
