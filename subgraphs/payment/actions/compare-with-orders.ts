import type { Booking, Difference } from '../domain/difference.ts';
import { differenceOf, type MoneyDifference } from '../domain/money-difference.ts';
import { nightsDifferenceOf, orderDifferenceOf } from '../domain/order-difference.ts';
import { moneyOf, type Payment } from '../domain/payment.ts';
import type { Providers } from '../domain/provider.ts';
import type { Refund } from '../domain/refund.ts';
import { stepOf } from './request-refund.ts';

export type CompareOrdersNeeds = {
  paymentsBySn(sns: readonly string[]): Promise<Payment[]>;
  refundsOfPayments(sns: readonly string[]): Promise<Refund[]>;
  providers: Providers;
  bookings(sns: readonly string[]): Promise<Map<string, Booking>>;
};

/** When it is compared, and how old a change must be. */
export type When = { now: Date; graceMs: number };

const isSettled = (changedAt: Date, { now, graceMs: grace }: When): boolean =>
  now.getTime() - changedAt.getTime() >= grace;

/** Compares payments with their orders; what differs is read and compared again. */
export async function paymentsAgainstOrders(
  needs: CompareOrdersNeeds,
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
  needs: CompareOrdersNeeds,
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
  basis: JSON.stringify([payment.changedAt, owed]),
});

/** Nights that an order should hold and does not, or that it should not hold and does. */
function nightsOf(booking: Booking): Difference[] {
  const kind = nightsDifferenceOf(booking);
  const { sn: orderSn, paymentSn, since, nightsHeld } = booking;
  const basis = JSON.stringify([since, nightsHeld]);
  return kind ? [{ kind, paymentSn, orderSn, basis }] : [];
}

/** Compares orders with their payments; what differs is read and compared again. */
export async function ordersAgainstPayments(
  needs: CompareOrdersNeeds,
  orders: readonly Booking[],
  when: When,
): Promise<Difference[]> {
  return foundTwice(await differencesOfOrders(needs, orders, when), async (sns) => {
    const again = await needs.bookings(sns);
    return differencesOfOrders(needs, [...again.values()], when);
  });
}

async function differencesOfOrders(
  needs: CompareOrdersNeeds,
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
      const basis = JSON.stringify([since]);
      const found = [...(kind ? [{ kind, paymentSn, orderSn, basis }] : []), ...nightsOf(order)];
      const seen = JSON.stringify([payment?.changedAt, since]);
      return found.map((difference) => ({ sn: orderSn, seen, difference }));
    });
}

/** A difference as it was found: at which item of a page, and on what states it rests. */
type Found = { sn: string; seen: string; difference: Difference };

/**
 * Of the differences that were found first, those that are found again. Reads that follow each other
 * are not of one moment: a stay or a refund may end in between. So a difference counts if it is found
 * twice, and nothing that it rests on has changed between the two.
 * @param again compares these items once more
 */
async function foundTwice(
  first: readonly Found[],
  again: (sns: string[]) => Promise<Found[]>,
): Promise<Difference[]> {
  if (first.length === 0) return [];
  const known = new Set(first.map((one) => JSON.stringify(one)));
  const second = await again([...new Set(first.map(({ sn }) => sn))]);
  return second.filter((one) => known.has(JSON.stringify(one))).map(({ difference }) => difference);
}
