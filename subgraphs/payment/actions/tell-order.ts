import { failpoint } from '../../../runtime/failpoint.ts';
import type { Log } from '../../../runtime/log.ts';
import { serialNumber } from '../../../runtime/serial-number.ts';
import { bookedEmail, type Email, paidEmail } from '../domain/email.ts';
import type { OrderAnswer, Payment } from '../domain/payment.ts';
import { newRefund, type Refund } from '../domain/refund.ts';

export type TellOrderNeeds = {
  now(): Promise<Date>;
  markOrderPaid(payment: Payment): Promise<OrderAnswer>;
  acceptMoney(sn: string, emailsOf: (payment: Payment) => Email[], now: Date): Promise<boolean>;
  refuseMoney(sn: string, refundOf: (payment: Payment, left: number) => Refund): Promise<boolean>;
  log: Log;
};

const whyRefused = 'The money arrived when the order no longer waited to be paid.';

/**
 * Tells the order that its money has arrived. Of money that the order refuses, all that is left
 * goes back.
 */
export async function tellOrder(needs: TellOrderNeeds, payment: Payment): Promise<void> {
  const { sn, orderSn } = payment;
  await failpoint('before the order is told');
  const answer = await needs.markOrderPaid(payment);
  await failpoint('order told');
  const now = await needs.now();
  if (answer === 'ACCEPTED') {
    await needs.acceptMoney(sn, (paid) => [paidEmail(paid), bookedEmail(paid)], now);
  } else {
    await needs.refuseMoney(sn, (paid, left) => refundOfRefused(paid, left, now));
  }
  await failpoint("order's answer stored");
  needs.log.info({ sn, orderSn, answer }, 'the order has answered to its money');
}

const refundOfRefused = (payment: Payment, amount: number, now: Date): Refund =>
  newRefund(
    { payment, amount, reason: whyRefused, cause: 'ORDER_REFUSED_PAYMENT', endsStay: false },
    serialNumber('RFD', now),
    now,
  );
