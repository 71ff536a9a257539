import type { Payment } from '../domain/payment.ts';
import { providerOf } from '../providers/provider.ts';
import { advanceOrLog } from './advance.ts';
import { closeAttempt } from './close-attempt.ts';
import type { Needs } from './needs.ts';
import { recordPayment } from './record-payment.ts';

const pageSize = 500;

/** Closes the attempts of orders that no longer wait to be paid, and asks the providers about payments that wait for long. */
export async function settleWaiting(needs: Needs, queryAfterMs: number): Promise<number> {
  return (await closeAttempts(needs)) + (await queryProviders(needs, queryAfterMs));
}

async function closeAttempts(needs: Needs): Promise<number> {
  let closed = 0;
  for (let after = ''; ; ) {
    const page = await needs.payments.waiting(after, pageSize);
    if (page.length === 0) return closed;
    const orders = await needs.orders.standings(page.map(({ orderSn }) => orderSn));
    const isOver = ({ orderSn }: Payment) => orders.get(orderSn)?.state !== 'WAIT_PAY';
    const results = await Promise.all(
      page.filter(isOver).map((payment) => advanceOrLog(needs, () => closeAttempt(needs, payment))),
    );
    closed += results.filter(Boolean).length;
    after = page.at(-1)?.sn ?? '';
  }
}

async function queryProviders(needs: Needs, queryAfterMs: number): Promise<number> {
  const now = await needs.now();
  const since = new Date(now.getTime() - queryAfterMs);
  const due = await needs.payments.takeToAsk(since, now, pageSize);
  const asked = due.map((payment) =>
    advanceOrLog(needs, async () => {
      const provider = providerOf(needs.providers, payment.method);
      if (provider) await recordPayment(needs, payment, await provider.query(payment));
    }),
  );
  return (await Promise.all(asked)).filter(Boolean).length;
}
