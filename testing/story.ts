import type { Ask } from './system.ts';
import { ana, host, type User } from './tokens.ts';

type Money = { amount: number; currency: string };
/** What tests see of an order that was placed, or changed, or refused. */
export type OrderAnswer = {
  __typename: string;
  sn: string;
  state?: string;
  closeAt: string;
  ticketCode: string | null;
  total: Money;
  reason?: string;
  message?: string;
  takenNights?: string[];
};
export type PaymentSeen = {
  __typename?: string;
  sn: string;
  state: string;
  payUrl: string | null;
  amount: Money;
  reason?: string;
};
export type RefundSeen = {
  __typename?: string;
  sn: string;
  state: string;
  cause: string;
  explanation: string;
  reason?: string;
  amount: { amount: number };
};
export type OrderSeen = {
  sn: string;
  state: string;
  version: number;
  closeAt: string;
  ticketCode: string | null;
  checkIn: string;
  checkOut: string;
  homestay: { id: string; title: string };
  snapshot: { title: string; hostId: string };
  total: Money;
  history: { state: string; at: string; cause: string }[];
  payment: PaymentSeen | null;
  refunds: RefundSeen[];
};

const money = '{ amount currency }';
const answer = `__typename
  ... on HomestayOrder { sn state version closeAt ticketCode total ${money} }
  ... on OrderRefused { reason message takenNights }`;
const paymentFields = `__typename sn state payUrl amount ${money}`;
const refundFields = '__typename sn state cause explanation amount { amount }';

/** The date this many days after today, in Shanghai, where the tests' homestays are. */
export const dateIn = (days: number): string =>
  new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);

/** What travellers, hosts and operators do, through the public API alone. */
export const storyOf = ({ ask }: { ask: Ask }) => ({
  /** Places an order; by default one night, ten days from today. */
  async place(given: Record<string, unknown> = {}, user: User | null = ana): Promise<OrderAnswer> {
    const stay = { homestayId: 'home-0', checkIn: dateIn(10), checkOut: dateIn(11), guests: 1 };
    const input = { ...stay, idempotencyKey: crypto.randomUUID(), ...given };
    const query = `mutation Place($input: CreateHomestayOrderInput!) {
      createHomestayOrder(input: $input) { ${answer} } }`;
    type Data = { createHomestayOrder: OrderAnswer };
    return (await ask<Data>(user, query, { input })).createHomestayOrder;
  },
  async cancel(sn: string, user: User = ana): Promise<OrderAnswer> {
    const query = `mutation Cancel($sn: ID!) { cancelHomestayOrder(sn: $sn) { ${answer} } }`;
    type Data = { cancelHomestayOrder: OrderAnswer };
    return (await ask<Data>(user, query, { sn })).cancelHomestayOrder;
  },
  async checkIn(sn: string, ticketCode: string, user: User = host): Promise<OrderAnswer> {
    const query = `mutation CheckIn($sn: ID!, $code: String!) {
      checkInGuest(sn: $sn, ticketCode: $code) { ${answer} } }`;
    type Data = { checkInGuest: OrderAnswer };
    return (await ask<Data>(user, query, { sn, code: ticketCode })).checkInGuest;
  },
  /** Begins a payment; its `payUrl` is where the traveller pays. */
  async pay(orderSn: string, user: User = ana, method = 'SANDBOX'): Promise<PaymentSeen> {
    const query = `mutation Pay($sn: ID!, $method: PayMethod!) {
      payHomestayOrder(orderSn: $sn, method: $method) {
        ... on Payment { ${paymentFields} } ... on PaymentRefused { __typename reason message } } }`;
    type Data = { payHomestayOrder: PaymentSeen };
    return (await ask<Data>(user, query, { sn: orderSn, method })).payHomestayOrder;
  },
  async refund(
    sn: string,
    user: User = ana,
    amount?: number,
    why = 'Plans have changed.',
  ): Promise<RefundSeen> {
    const query = `mutation Refund($sn: ID!, $why: String!, $amount: SafeInt) {
      refundHomestayOrder(sn: $sn, reason: $why, amount: $amount) {
        ... on Refund { ${refundFields} } ... on RefundRefused { __typename reason message } } }`;
    type Data = { refundHomestayOrder: RefundSeen };
    return (await ask<Data>(user, query, { sn, why, amount })).refundHomestayOrder;
  },
  async see(sn: string, user: User | null = ana): Promise<OrderSeen | null> {
    const query = `query See($sn: ID!) { homestayOrder(sn: $sn) {
      sn state version closeAt ticketCode checkIn checkOut homestay { id title }
      snapshot { title hostId } total ${money} history { state at cause }
      payment { ${paymentFields} } refunds { ${refundFields} } } }`;
    return (await ask<{ homestayOrder: OrderSeen | null }>(user, query, { sn })).homestayOrder;
  },
  async payment(sn: string, user: User = ana): Promise<PaymentSeen | null> {
    const query = `query Payment($sn: ID!) { payment(sn: $sn) { ${paymentFields} } }`;
    return (await ask<{ payment: PaymentSeen | null }>(user, query, { sn })).payment;
  },
  /** Which of a homestay's nights are free. */
  async freeNights(id: string, from: string, to: string): Promise<string[]> {
    const query = `query Free($id: ID!, $from: LocalDate!, $to: LocalDate!) {
      homestay(id: $id) { availability(from: $from, to: $to) { night free } } }`;
    type Data = { homestay: { availability: { night: string; free: boolean }[] } };
    const { homestay } = await ask<Data>(null, query, { id, from, to });
    return homestay.availability.filter(({ free }) => free).map(({ night }) => night);
  },
});

/** Pays on the sandbox's page as a person does. */
export async function payOnPage(payUrl: string): Promise<void> {
  const response = await fetch(payUrl, {
    method: 'POST',
    body: new URLSearchParams({ outcome: 'pay' }),
    redirect: 'manual',
  });
  if (response.status >= 400)
    throw new Error(`the page answered ${response.status}: ${await response.text()}`);
}
