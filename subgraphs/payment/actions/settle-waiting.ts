import type { Payment } from '../domain/payment.ts';
import { providerOf } from '../providers/provider.ts';
import { closeAttempt } from './close-attempt.ts';
import type { Needs } from './needs.ts';
import { advanceOrLog } from './process-payments.ts';
import { recordPayment } from './record-payment.ts';

const pageSize = 500;
/** What is left over is done when we are asked again, in a second or two. */
const mostAtOnce = 200;
const besideEachOther = 20;

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
    closed += await advanceEach(needs, page.filter(isOver), (payment) =>
      closeAttempt(needs, payment),
    );
    if (closed >= mostAtOnce) return closed;
    after = page.at(-1)?.sn ?? '';
  }
}

async function queryProviders(needs: Needs, queryAfterMs: number): Promise<number> {
  const now = await needs.now();
  const since = new Date(now.getTime() - queryAfterMs);
  const due = await needs.payments.takeToAsk(since, now, mostAtOnce);
  return advanceEach(needs, due, async (payment) => {
    const provider = providerOf(needs.providers, payment.method);
    if (provider) await recordPayment(needs, payment, await provider.query(payment));
  });
}

/** Some at a time, so that a provider is not asked everything at once. Answers how many went well. */
async function advanceEach(
  needs: Needs,
  payments: Payment[],
  advance: (payment: Payment) => Promise<void>,
) {
  let done = 0;
  for (let first = 0; first < payments.length; first += besideEachOther) {
    const some = payments.slice(first, first + besideEachOther);
    const results = await Promise.all(
      some.map((payment) => advanceOrLog(needs, () => advance(payment))),
    );
    done += results.filter(Boolean).length;
  }
  return done;
}
