import {
  attemptDifferenceOf,
  type Booking,
  type Difference,
  type DifferenceSource,
  differenceOf,
  heldDifferenceOf,
  type MoneyDifference,
  nightsDifferenceOf,
  orderDifferenceOf,
} from '../domain/difference.ts';
import { moneyOf, type Payment } from '../domain/payment.ts';
import type { Providers } from '../domain/provider.ts';
import type { Refund } from '../domain/refund.ts';
import type { OrderAttempt } from './close-attempts.ts';
import { eachPage, type Found, foundTwice } from './each-page.ts';
import { type SweepHoldsNeeds, sweepHolds } from './mend.ts';
import { stepOf } from './request-refund.ts';

export type ReconcileNeeds = SweepHoldsNeeds & {
  now(): Promise<Date>;
  paidPayments(since: Date, after: string, limit: number): Promise<Payment[]>;
  unsettledPayments(after: string, limit: number): Promise<Payment[]>;
  /** It is not unsettled any more, if it has not changed since. */
  markCompared(sn: string, changedAt: Date): Promise<void>;
  paymentsBySn(sns: readonly string[]): Promise<Payment[]>;
  refundsOfPayments(sns: readonly string[]): Promise<Refund[]>;
  providers: Providers;
  bookings(sns: readonly string[]): Promise<Map<string, Booking>>;
  paidOrders(since: Date, after: string): Promise<Booking[]>;
  attemptsToClose(after: string, first: number): Promise<OrderAttempt[]>;
  /** What earlier comparisons found. */
  differencesFrom(source: DifferenceSource): Promise<Difference[]>;
  saveDifferences(source: DifferenceSource, found: readonly Difference[], at: Date): Promise<void>;
};

const pageSize = 500;
const windowMs = 48 * 3_600_000;
/** What is younger may still be on its way from one service to the other. */
const graceMs = 30_000;

/** When it is compared, and how old a change must be. */
type When = { now: Date; graceMs: number };

/**
 * Compares our payments with the orders: those of the last two days, all that are not settled or
 * hold an order, and those that differed before. Repairs only what is sure: an order that is held by a refund that has ended.
 * Returns how many differences there are.
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
  await needs.saveDifferences('ORDERS', different, now);
  return different.length;
}

const isSettled = (changedAt: Date, { now, graceMs: grace }: When): boolean =>
  now.getTime() - changedAt.getTime() >= grace;

/**
 * What still differs of all that differed before, however old it is and whatever has just changed
 * it: it stays until it agrees. Nothing mends money that was paid in time for an order that was
 * closed, so that is not looked at again.
 */
async function foundBefore(needs: ReconcileNeeds, now: Date): Promise<Difference[]> {
  const stored = (await needs.differencesFrom('ORDERS')).filter(
    ({ kind }) => kind !== 'PAID_IN_TIME_BUT_CLOSED',
  );
  const when = { now, graceMs: Number.NEGATIVE_INFINITY };
  const found: Difference[] = [];
  for (let first = 0; first < stored.length; first += pageSize) {
    const page = stored.slice(first, first + pageSize);
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

/** Compares payments with their orders; what differs is read and compared again. */
async function paymentsAgainstOrders(
  needs: ReconcileNeeds,
  payments: readonly Payment[],
  when: When,
  onAgreed: (agreed: readonly Payment[]) => Promise<void> = async () => {},
): Promise<Difference[]> {
  const { agreed, found } = await differencesOf(needs, payments, when);
  await onAgreed(agreed);
  return foundTwice(found, async (sns) => {
    const again = await needs.paymentsBySn(sns);
    return (await differencesOf(needs, again, when)).found;
  });
}

/** Which payments agree with their orders, and how the others differ. */
async function differencesOf(
  needs: ReconcileNeeds,
  payments: readonly Payment[],
  when: When,
): Promise<{ agreed: Payment[]; found: Found[] }> {
  const bookings = await needs.bookings(payments.map(({ orderSn }) => orderSn));
  const refunds = await needs.refundsOfPayments(payments.map(({ sn }) => sn));
  const bookingOf = ({ orderSn }: Payment) => bookings.get(orderSn) ?? null;
  const atRest = payments.filter((payment) => {
    const since = bookingOf(payment)?.since;
    return isSettled(payment.changedAt, when) && (!since || isSettled(since, when));
  });
  const compared = atRest.map((payment) => {
    const booking = bookingOf(payment);
    const its = refunds.filter(({ paymentSn }) => paymentSn === payment.sn);
    const step = stepOf(needs.providers, payment);
    const different = differenceOf(payment, { booking, refunds: its, step }, when.now);
    const found = different ? [moneyDifference(payment, different)] : [];
    const seen = JSON.stringify([payment.changedAt, booking?.since]);
    const all = [...found, ...(booking ? nightsOf(booking) : [])];
    return { payment, found: all.map((difference) => ({ sn: payment.sn, seen, difference })) };
  });
  return {
    agreed: compared.filter(({ found }) => found.length === 0).map(({ payment }) => payment),
    found: compared.flatMap(({ found }) => found),
  };
}

const moneyDifference = (payment: Payment, { kind, owed }: MoneyDifference): Difference => ({
  ...{ kind, paymentSn: payment.sn, orderSn: payment.orderSn },
  ...(owed > 0 ? { owed: { ...moneyOf(payment), amount: owed } } : {}),
});

/** Nights that an order should hold and does not, or that it should not hold and does. */
function nightsOf(booking: Booking): Difference[] {
  const kind = nightsDifferenceOf(booking);
  return kind ? [{ kind, paymentSn: booking.paymentSn, orderSn: booking.sn }] : [];
}

/** Compares orders with their payments; what differs is read and compared again. */
async function ordersAgainstPayments(
  needs: ReconcileNeeds,
  orders: readonly Booking[],
  when: When,
): Promise<Difference[]> {
  return foundTwice(await differencesOfOrders(needs, orders, when), async (sns) => {
    const again = await needs.bookings(sns);
    return differencesOfOrders(needs, [...again.values()], when);
  });
}

async function differencesOfOrders(
  needs: ReconcileNeeds,
  orders: readonly Booking[],
  when: When,
): Promise<Found[]> {
  const sns = orders.flatMap(({ paymentSn }) => paymentSn ?? []);
  const payments = new Map((await needs.paymentsBySn(sns)).map((one) => [one.sn, one]));
  return orders
    .filter(({ since }) => isSettled(since, when))
    .flatMap((order) => {
      const { sn: orderSn, paymentSn, since } = order;
      const payment = payments.get(paymentSn ?? '') ?? null;
      const kind = orderDifferenceOf(order, payment);
      const found = [...(kind ? [{ kind, paymentSn, orderSn }] : []), ...nightsOf(order)];
      const seen = JSON.stringify([payment?.changedAt, since]);
      return found.map((difference) => ({ sn: orderSn, seen, difference }));
    });
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
        return kind ? [{ kind, orderSn, paymentSn: refund?.paymentSn ?? null }] : [];
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
        return kind ? [{ kind, orderSn, paymentSn }] : [];
      });
    },
  );
