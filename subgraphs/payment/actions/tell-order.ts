import { serialNumber } from '../../../runtime/serial-number.ts';
import { paidNotice } from '../domain/email.ts';
import type { Payment } from '../domain/payment.ts';
import { newRefund } from '../domain/refund.ts';
import type { Needs } from './needs.ts';

const whyRefused = 'The money arrived when the order no longer waited to be paid.';

/** Tells the order of money that has arrived, until it has answered. Money that the order refuses goes back by itself. */
export async function tellOrder(needs: Needs, payment: Payment): Promise<void> {
  const { payments, refunds, notices, orders, transaction, log } = needs;
  await needs.step('before the order is told');
  const answer = await orders.markPaid(payment);
  await needs.step('order told');
  const now = await needs.now();
  await transaction(async (session) => {
    const answered = await payments.saveOrderAnswer(payment.sn, answer, session);
    if (!answered) return;
    if (answer === 'ACCEPTED') return notices.insert(paidNotice(answered), now, session);
    const { sn, amount } = payment;
    const refund = newRefund(
      { payment, amount, reason: whyRefused, cause: 'ORDER_REFUSED_PAYMENT' },
      serialNumber('RFD', now),
      now,
    );
    if (!(await payments.reserveRefund(sn, amount, session)))
      throw new Error(`payment ${sn} can't be refunded`);
    await refunds.insert(refund, session);
  });
  await needs.step("order's answer stored");
  log.info(
    { sn: payment.sn, orderSn: payment.orderSn, answer },
    'the order has answered to its money',
  );
}
