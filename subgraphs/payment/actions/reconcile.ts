import type { Booking, Difference, DifferenceSource } from '../domain/difference.ts';
import { attemptDifferenceOf, heldDifferenceOf } from '../domain/order-difference.ts';
import type { Payment } from '../domain/payment.ts';
import type { OrderAttempt } from './close-attempts.ts';
import {
  type CompareOrdersNeeds,
  ordersAgainstPayments,
  paymentsAgainstOrders,
  type When,
} from './compare-with-orders.ts';
import { eachPage, pageSize, pagesOf } from './each-page.ts';
import { type SweepHoldsNeeds, sweepHolds } from './mend.ts';

export type ReconcileNeeds = SweepHoldsNeeds &
  CompareOrdersNeeds & {
    now(): Promise<Date>;
    paidPayments(since: Date, after: string, limit: number): Promise<Payment[]>;
    unsettledPayments(after: string, limit: number): Promise<Payment[]>;
    /** It is not unsettled any more, if it has not changed since. */
    markCompared(sn: string, changedAt: Date): Promise<void>;
    paidOrders(since: Date, after: string): Promise<Booking[]>;
    attemptsToClose(after: string, first: number): Promise<OrderAttempt[]>;
    /** What earlier comparisons found, and nobody has acknowledged. */
    differencesFrom(source: DifferenceSource): Promise<Difference[]>;
    /** Returns those that no operator has acknowledged as they are. */
    saveDifferences(
      source: DifferenceSource,
      found: readonly Difference[],
      at: Date,
    ): Promise<Difference[]>;
  };

const windowMs = 48 * 3_600_000;
/** What is younger may still be on its way from one service to the other. */
const graceMs = 30_000;

/**
 * Compares our payments with the orders: those of the last two days, all that are not settled or
 * hold an order, and those that differed before. Repairs only what is sure: an order that is held
 * by a refund that has ended. Returns how many differences are open.
 */
export async function reconcile(needs: ReconcileNeeds): Promise<number> {
  await sweepHolds(needs);
  const now = await needs.now();
  const since = new Date(now.getTime() - windowMs);
  const when = { now, graceMs };
  const found = [
    ...(await eachPage(
      (after) => needs.paidPayments(since, after, pageSize),
      (page) => paymentsAgainstOrders(needs, page, when),
    )),
    ...(await eachPage(
      (after) => needs.unsettledPayments(after, pageSize),
      (page) => paymentsAgainstOrders(needs, page, when, (agreed) => markAgreed(needs, agreed)),
    )),
    ...(await eachPage(
      (after) => needs.paidOrders(since, after),
      (page) => ordersAgainstPayments(needs, page, when),
    )),
    ...(await foundBefore(needs, now)),
    ...(await heldOrders(needs, now)),
    ...(await unansweredAttempts(needs, now)),
  ];
  const different = [...new Map(found.map((one) => [JSON.stringify(one), one])).values()];
  return (await needs.saveDifferences('ORDERS', different, now)).length;
}

/**
 * What still differs of all that differed before, however old it is and whatever has just changed
 * it: it stays until it agrees, or an operator acknowledges it.
 */
async function foundBefore(needs: ReconcileNeeds, now: Date): Promise<Difference[]> {
  const stored = await needs.differencesFrom('ORDERS');
  const when = { now, graceMs: Number.NEGATIVE_INFINITY };
  const found: Difference[] = [];
  for (const page of pagesOf(stored)) {
    const sns = new Set(page.flatMap(({ paymentSn }) => paymentSn ?? []));
    const paid = (await needs.paymentsBySn([...sns])).filter(({ paidAt }) => paidAt);
    found.push(...(await paymentsAgainstOrders(needs, paid, when)));
    found.push(...(await ordersFoundBefore(needs, page, when)));
  }
  return found;
}

/** Nights of any order are looked at again; missing money as long as the stay is not over. */
async function ordersFoundBefore(
  needs: ReconcileNeeds,
  stored: readonly Difference[],
  when: When,
): Promise<Difference[]> {
  const keyOf = ({ kind, orderSn, paymentSn }: Difference) => [kind, orderSn, paymentSn].join(' ');
  const keys = new Set(stored.map(keyOf));
  const bookings = await needs.bookings([...new Set(stored.map(({ orderSn }) => orderSn))]);
  const found = await ordersAgainstPayments(needs, [...bookings.values()], when);
  return found.filter(
    (one) =>
      keys.has(keyOf(one)) &&
      (one.kind !== 'BOOKING_WITHOUT_MONEY' || bookings.get(one.orderSn)?.usable),
  );
}

/** What the provider or a bank did to accepted money is compared until it agrees with its order. */
async function markAgreed(needs: ReconcileNeeds, agreed: readonly Payment[]): Promise<void> {
  const over = agreed.filter(
    ({ state, orderAnswer }) => orderAnswer === 'ACCEPTED' && state !== 'REFUNDING',
  );
  for (const { sn, changedAt } of over) await needs.markCompared(sn, changedAt);
}

/**
 * After the sweep, an order is held by an open refund, or by one that we do not know. A refund is
 * stored before it holds its order, so these reads cannot miss it.
 */
const heldOrders = (needs: ReconcileNeeds, now: Date): Promise<Difference[]> =>
  eachPage(
    async (after) =>
      (await needs.ordersHeldByRefunds(after)).map((held) => ({ ...held, sn: held.orderSn })),
    async (page) => {
      const refunds = await needs.refundsBySn(page.map(({ refundSn }) => refundSn));
      const known = new Map(refunds.map((refund) => [refund.sn, refund]));
      return page.flatMap(({ orderSn, refundSn }) => {
        const refund = known.get(refundSn) ?? null;
        const kind = heldDifferenceOf(refund, now);
        const paymentSn = refund?.paymentSn ?? null;
        return kind ? [{ kind, orderSn, paymentSn, basis: refundSn }] : [];
      });
    },
  );

/** Attempts that were to be closed and got no answer from their provider. */
const unansweredAttempts = (needs: ReconcileNeeds, now: Date): Promise<Difference[]> =>
  eachPage(
    async (after) =>
      (await needs.attemptsToClose(after, pageSize)).map((one) => ({ ...one, sn: one.orderSn })),
    async (page) => {
      const payments = await needs.paymentsBySn(page.map(({ paymentSn }) => paymentSn));
      const known = new Map(payments.map((payment) => [payment.sn, payment]));
      return page.flatMap(({ orderSn, paymentSn }) => {
        const kind = attemptDifferenceOf(known.get(paymentSn) ?? null, now);
        return kind ? [{ kind, orderSn, paymentSn, basis: paymentSn }] : [];
      });
    },
  );
