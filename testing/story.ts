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
  method: string;
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
const paymentFields = `__typename sn state method payUrl amount ${money}`;
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
    const query = `mutation Cancel($sn: ID!) {
      cancelHomestayOrder(input: { orderSn: $sn }) { ${answer} } }`;
    type Data = { cancelHomestayOrder: OrderAnswer };
    return (await ask<Data>(user, query, { sn })).cancelHomestayOrder;
  },
  async checkIn(sn: string, ticketCode: string, user: User = host): Promise<OrderAnswer> {
    const query = `mutation CheckIn($sn: ID!, $code: String!) {
      checkInGuest(input: { orderSn: $sn, ticketCode: $code }) { ${answer} } }`;
    type Data = { checkInGuest: OrderAnswer };
    return (await ask<Data>(user, query, { sn, code: ticketCode })).checkInGuest;
  },
  /** Begins a payment; its `payUrl` is where the traveller pays. */
  async pay(orderSn: string, user: User = ana, method = 'SANDBOX'): Promise<PaymentSeen> {
    const query = `mutation Pay($input: PayHomestayOrderInput!) {
      payHomestayOrder(input: $input) {
        ... on Payment { ${paymentFields} } ... on PaymentRefused { __typename reason message } } }`;
    type Data = { payHomestayOrder: PaymentSeen };
    return (await ask<Data>(user, query, { input: { orderSn, method } })).payHomestayOrder;
  },
  /**
   * The traveller leaves a paid stay. Answers with the refund, or the refusal; with nothing if
   * nothing goes back.
   */
  leave: (sn: string, user: User = ana, given: Partial<RefundInput> = {}) =>
    endStay(ask, user, 'leaveHomestayOrder', { ...refundInput(sn), ...given }),
  /** The host or an operator ends a paid stay. */
  end: (sn: string, user: User, given: Partial<RefundInput> = {}) =>
    endStay(ask, user, 'endHomestayOrder', { ...refundInput(sn), ...given }),
  /** The host or an operator gives a part back. */
  async giveBack(
    sn: string,
    amount: number,
    user: User,
    given: Partial<RefundInput> & { currency?: string } = {},
  ): Promise<RefundSeen> {
    const query = `mutation GiveBack($input: RefundHomestayOrderInput!) {
      refundHomestayOrder(input: $input) {
        ... on Refund { ${refundFields} } ... on RefundRefused { __typename reason message } } }`;
    const { currency = 'CNY', ...rest } = given;
    const input = { ...refundInput(sn), amount: { amount, currency }, ...rest };
    type Data = { refundHomestayOrder: RefundSeen };
    return (await ask<Data>(user, query, { input })).refundHomestayOrder;
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

type RefundInput = { orderSn: string; reason: string; idempotencyKey: string };

const refundInput = (orderSn: string): RefundInput => ({
  orderSn,
  reason: 'Plans have changed.',
  idempotencyKey: crypto.randomUUID(),
});

const inputs = {
  leaveHomestayOrder: 'LeaveHomestayOrderInput',
  endHomestayOrder: 'EndHomestayOrderInput',
} as const;

async function endStay(ask: Ask, user: User, field: keyof typeof inputs, input: RefundInput) {
  const query = `mutation EndStay($input: ${inputs[field]}!) { ${field}(input: $input) {
    ... on StayEnd { refund { ${refundFields} } } ... on RefundRefused { __typename reason message }
  } }`;
  type Ended = RefundSeen & { refund?: RefundSeen | null };
  const ended = (await ask<Record<string, Ended>>(user, query, { input }))[field] as Ended;
  return (ended.refund === undefined ? ended : (ended.refund ?? {})) as RefundSeen;
}
