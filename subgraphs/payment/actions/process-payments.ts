import { asPartOf, type Origin } from '../../../runtime/origin.ts';
import { isOver, type Payment } from '../domain/payment.ts';
import type { OrderAttempt } from './close-attempts.ts';
import { type ProcessRefundNeeds, processRefund } from './process-refund.ts';
import { type TellOrderNeeds, tellOrder } from './tell-order.ts';
import { tryEach } from './try-each.ts';

export type ProcessPaymentNeeds = TellOrderNeeds & {
  payment(sn: string): Promise<Payment | null>;
  releaseOrderFromPayment(attempt: OrderAttempt): Promise<void>;
};

export type ProcessPaymentsNeeds = ProcessPaymentNeeds &
  ProcessRefundNeeds & {
    paymentsToTell(limit: number): Promise<WorkLeft[]>;
    refundsToProcess(now: Date, limit: number): Promise<WorkLeft[]>;
  };

/** A payment or a refund, and what changed it last. */
export type WorkLeft = { sn: string; origin?: Origin | undefined };

const batch = 200;

/** Does what is left to do for one payment, if anything. */
export async function processPayment(needs: ProcessPaymentNeeds, sn: string): Promise<void> {
  const payment = await needs.payment(sn);
  if (!payment) return;
  if (payment.paidAt && !payment.orderAnswer) await tellOrder(needs, payment);
  else if (isOver(payment))
    await needs.releaseOrderFromPayment({ orderSn: payment.orderSn, paymentSn: sn });
}

/**
 * Does everything that is left to do: what the change feed missed, or what failed before. Returns
 * how many.
 */
export async function processPayments(needs: ProcessPaymentsNeeds): Promise<number> {
  const payments = await needs.paymentsToTell(batch);
  const refunds = await needs.refundsToProcess(await needs.now(), batch);
  const tasks = [
    ...payments.map((left) => ({ left, process: processPayment })),
    ...refunds.map((left) => ({ left, process: processRefund })),
  ];
  return tryEach(
    needs.log,
    tasks,
    ({ left: { sn }, process }) => process(needs, sn),
    ({ left: { sn, origin } }, work) => asPartOf(origin, { sn }, work),
  );
}
