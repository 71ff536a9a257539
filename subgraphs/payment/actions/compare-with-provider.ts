import type { Difference } from '../domain/difference.ts';
import { leftOf, type Money, type Payment } from '../domain/payment.ts';
import type { NamedProvider, RefundFact } from '../domain/provider.ts';
import {
  type HeldAtProvider,
  providerDifferenceOf,
  refundDifferenceOf,
} from '../domain/provider-difference.ts';
import type { Refund } from '../domain/refund.ts';
import { eachPage, pageSize, pagesOf } from './each-page.ts';

/** How far back a provider is asked for what began. */
export const windowMs = 26 * 3_600_000;
/** What began with us so much later than the window is in the provider's list, if it is there. */
const marginMs = 600_000;
/** What is younger may still be on its way from the provider to us. */
const graceMs = 60_000;

/** What a provider lists. */
export type Listed = {
  /** Payments that began in the window, and what it holds of each. */
  held: Map<string, Held>;
  /** Refunds of the window whose payments are older. */
  refunds: RefundFact[];
};

/** What a provider says it holds of a payment. */
export type Held = { paid: Money | null; refunded: number };

export type CompareNeeds = {
  paymentsBySn(sns: readonly string[]): Promise<Payment[]>;
  openRefundOf(paymentSn: string): Promise<Refund | null>;
  refundsOfPayments(sns: readonly string[]): Promise<Refund[]>;
  /** Payments that began since then and have money, after this serial number. */
  paidBegunSince(since: Date, after: string, limit: number): Promise<Payment[]>;
  /** Refunds that began since then, after this serial number. */
  refundsBegunSince(since: Date, after: string, limit: number): Promise<Refund[]>;
};

type Comparison = Listed & {
  /** What began with us since then is listed, if the provider has it. */
  since: Date;
  /** Those at this provider that nothing is on its way about. */
  settled(payments: readonly Payment[]): Payment[];
};

/** Compares what a provider lists with our ledger, both ways. */
export async function compareWithProvider(
  needs: CompareNeeds,
  { methods }: Pick<NamedProvider, 'methods'>,
  listed: Listed,
  now: Date,
): Promise<Difference[]> {
  const comparison = {
    ...listed,
    since: new Date(now.getTime() - windowMs + marginMs),
    settled: (payments: readonly Payment[]) =>
      payments.filter(
        ({ method, changedAt }) =>
          methods.includes(method) && now.getTime() - changedAt.getTime() >= graceMs,
      ),
  };
  return [
    ...(await listedPayments(needs, comparison)),
    ...(await absentPayments(needs, comparison)),
    ...(await olderPayments(needs, comparison)),
  ];
}

const listedPayments = (needs: CompareNeeds, { held, settled }: Comparison) =>
  ofPayments(needs, [...held.keys()], async (page) =>
    differencesOf(needs, settled(page), (payment) =>
      moneyDifference(payment, held.get(payment.sn) as Held),
    ),
  );

/** Payments that we have and the provider does not list: it holds nothing of them. */
const absentPayments = (needs: CompareNeeds, { held, since, settled }: Comparison) =>
  eachPage(
    (after) => needs.paidBegunSince(since, after, pageSize),
    (page) => {
      const absent = settled(page).filter(({ sn }) => !held.has(sn));
      return differencesOf(needs, absent, (payment) => moneyDifference(payment, nothingHeld));
    },
  );

/** Payments that began before the window, of which something went back in it, here or there. */
async function olderPayments(needs: CompareNeeds, comparison: Comparison): Promise<Difference[]> {
  const { held, refunds, since, settled } = comparison;
  const there = refunds.flatMap(({ paymentSn }) => paymentSn ?? []);
  const here: string[] = [];
  await eachPage(
    (after) => needs.refundsBegunSince(since, after, pageSize),
    async (page) => {
      here.push(...page.map(({ paymentSn }) => paymentSn));
      return [];
    },
  );
  const older = [...new Set([...there, ...here])].filter((sn) => !held.has(sn));
  return ofPayments(needs, older, async (page) => {
    const ours = await needs.refundsOfPayments(page.map(({ sn }) => sn));
    const before = settled(page).filter(({ createdAt }) => createdAt < since);
    return differencesOf(needs, before, ({ sn }) => {
      const isOf = ({ paymentSn }: { paymentSn: string | null }) => paymentSn === sn;
      const [its, theirs] = [ours.filter(isOf), refunds.filter(isOf)];
      const kind = refundDifferenceOf(its, theirs, since);
      return kind && { kind, basis: JSON.stringify([its.length, theirs]) };
    });
  });
}

/** Looks at these payments, page by page. */
async function ofPayments(
  needs: CompareNeeds,
  sns: readonly string[],
  look: (page: Payment[]) => Promise<Difference[]>,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const page of pagesOf(sns)) found.push(...(await look(await needs.paymentsBySn(page))));
  return found;
}

type OfMoney = Pick<Difference, 'kind' | 'basis'>;

async function differencesOf(
  needs: CompareNeeds,
  payments: readonly Payment[],
  compare: (payment: Payment) => OfMoney | null,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const payment of payments) {
    const different = compare(payment);
    // The provider may have made a refund that we still wait for.
    if (different && !(await needs.openRefundOf(payment.sn)))
      found.push({ ...different, orderSn: payment.orderSn, paymentSn: payment.sn });
  }
  return found;
}

const nothingHeld: Held = { paid: null, refunded: 0 };

/** How what a provider holds of a payment differs from our ledger, and on what that rests. */
function moneyDifference(payment: Payment, { paid, refunded }: Held): OfMoney | null {
  const held: HeldAtProvider | null = paid && { ...paid, refunded };
  const kind = providerDifferenceOf(payment, held);
  const theirs = held ? [held.amount - held.refunded, held.currency] : [0];
  return kind && { kind, basis: JSON.stringify([leftOf(payment), ...theirs]) };
}

/**
 * What differed before and was not found now: it stays until it is known to agree. A provider lists
 * only what is young, so it is asked about each of these payments by itself.
 * @param holds what the provider holds of a payment; null if it cannot say that
 */
export async function stillDifferent(
  needs: CompareNeeds,
  before: readonly Difference[],
  holds: (payment: Payment) => Promise<Held | null>,
): Promise<Difference[]> {
  const found: Difference[] = [];
  for (const difference of before) {
    const payment = async () => (await needs.paymentsBySn([difference.paymentSn ?? '']))[0];
    const asked = await payment();
    const held = asked && (await holds(asked));
    // What it says may just have been booked.
    const now = held && (await payment());
    if (!held || !now || (await needs.openRefundOf(now.sn))) found.push(difference);
    else found.push(...(await differencesOf(needs, [now], () => moneyDifference(now, held))));
  }
  return found;
}
