import type { Payment } from '../domain/payment.ts';
import { ProviderUnavailable } from '../domain/provider.ts';
import { type CloseAttemptNeeds, closeAttempt } from './close-attempt.ts';
import { type TellOrderNeeds, tellOrder } from './tell-order.ts';
import { tryEach } from './try-each.ts';

/** An order that waits for the end of a payment attempt. */
export type OrderAttempt = { orderSn: string; paymentSn: string };

export type CloseAttemptsNeeds = CloseAttemptNeeds &
  TellOrderNeeds & {
    now(): Promise<Date>;
    payment(sn: string): Promise<Payment | null>;
    /** The attempts that are to be closed by now, by the serial numbers of their orders. */
    attemptsToClose(after: string, first: number): Promise<OrderAttempt[]>;
    releaseOrderFromPayment(attempt: OrderAttempt): Promise<void>;
    attemptRetries: {
      failed(sn: string, now: Date): void;
      succeeded(sn: string): void;
      isDue(sn: string, now: Date): boolean;
    };
    /** Where the last run's time was up: the next one goes on there, so that nobody is left out. */
    closing: { after: string; budgetMs: number };
    /** Runs work unless it is under way, here or in another process. Null if it is. */
    onlyRunClosing<T>(work: () => Promise<T>): Promise<T | null>;
  };

const pageSize = 500;

/**
 * Ends the payment attempts that keep due or cancelled orders waiting: each is closed at its
 * provider, whose answer may be that it was paid. Only then its order is paid or closes. Returns
 * how many have ended.
 */
export const closeAttempts = async (needs: CloseAttemptsNeeds): Promise<number> =>
  (await needs.onlyRunClosing(() => closeAll(needs))) ?? 0;

async function closeAll(needs: CloseAttemptsNeeds): Promise<number> {
  const { closing } = needs;
  const end = performance.now() + closing.budgetMs;
  const inTime = () => performance.now() < end;
  let ended = 0;
  while (inTime()) {
    const page = await needs.attemptsToClose(closing.after, pageSize);
    const now = await needs.now();
    const due = page.filter(({ paymentSn }) => needs.attemptRetries.isDue(paymentSn, now));
    await tryEach(needs.log, due, async (attempt) => {
      if (!inTime()) return;
      closing.after = attempt.orderSn;
      await endOrRetry(needs, attempt, now);
      ended += 1;
    });
    if (!inTime()) break;
    closing.after = page.length < pageSize ? '' : (page.at(-1)?.orderSn ?? '');
    if (closing.after === '') break;
  }
  return ended;
}

async function endOrRetry(needs: CloseAttemptsNeeds, attempt: OrderAttempt, now: Date) {
  const { paymentSn } = attempt;
  try {
    await endAttempt(needs, attempt);
    needs.attemptRetries.succeeded(paymentSn);
  } catch (error) {
    needs.attemptRetries.failed(paymentSn, now);
    throw error;
  }
}

/** @throws ProviderUnavailable if the provider has not decided yet: the order goes on waiting */
async function endAttempt(needs: CloseAttemptsNeeds, attempt: OrderAttempt): Promise<void> {
  const { paymentSn } = attempt;
  let payment = await needs.payment(paymentSn);
  if (payment?.state === 'WAIT') {
    await closeAttempt(needs, payment);
    payment = await needs.payment(paymentSn);
  }
  if (payment?.paidAt && !payment.orderAnswer) return tellOrder(needs, payment);
  if (payment?.state === 'WAIT')
    throw new ProviderUnavailable(`payment ${paymentSn} cannot be closed yet`);
  await needs.releaseOrderFromPayment(attempt);
}
