import type { Needs } from './needs.ts';
import { advanceRefund } from './process-refund.ts';
import { tellOrder } from './tell-order.ts';

const batch = 200;

/** Does what is left to do for one payment, if anything. */
export async function advancePayment(needs: Needs, sn: string): Promise<void> {
  const payment = await needs.payments.find(sn);
  if (payment?.state === 'SUCCESS' && !payment.orderAnswer) await tellOrder(needs, payment);
}

/** Finds everything that is left to do and does it: what a stream of changes missed, or what failed before. */
export async function advanceAll(needs: Needs): Promise<number> {
  const payments = await needs.payments.toTell(batch);
  const refunds = await needs.refunds.toAdvance(await needs.now(), batch);
  const work = [
    ...payments.map((sn) => () => advancePayment(needs, sn)),
    ...refunds.map((sn) => () => advanceRefund(needs, sn)),
  ];
  const results = await Promise.all(work.map((advance) => advanceOrLog(needs, advance)));
  return results.filter(Boolean).length;
}

/** Advances one; a failure is logged and left to the next round. */
export async function advanceOrLog({ log }: Needs, advance: () => Promise<void>): Promise<boolean> {
  try {
    await advance();
    return true;
  } catch (error) {
    log.warn({ err: error }, 'could not go on with a payment or refund; it is tried again');
    return false;
  }
}
