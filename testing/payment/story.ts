import { randomUUID } from 'node:crypto';
import { eventually, type TestSystem, type User } from './system.ts';

export const ana: User = { sub: 'ana' };
export const ben: User = { sub: 'ben' };
export const host: User = { sub: 'hana', roles: ['host'] };
export const operator: User = { sub: 'olga', roles: ['operator'] };

export type PaymentSeen = {
  __typename?: string;
  sn: string;
  state: string;
  payUrl: string | null;
  amount: { amount: number; currency: string };
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
  ticketCode: string | null;
  payment: PaymentSeen | null;
  refunds: RefundSeen[];
};

const paymentFields = '__typename sn state payUrl amount { amount currency }';
const refundFields = '__typename sn state cause explanation amount { amount }';

/** The words in which tests tell what travellers, hosts and operators do through the public API. */
export function storyOf(system: TestSystem) {
  let day = 10;
  const story = {
    /** Places an order for one or more nights that nobody else takes. */
    async order(
      user: User = ana,
      { inDays = ((day++ * 31) % 360) + 1, nights = 1, homestayId = 'homestay' } = {},
    ): Promise<string> {
      const checkIn = dateIn(inDays);
      const input = {
        ...{ homestayId, checkIn, checkOut: dateIn(inDays + nights), guests: 1 },
        idempotencyKey: randomUUID(),
      };
      const { createHomestayOrder: order } = await system.ask<{
        createHomestayOrder: { sn?: string };
      }>(
        user,
        `mutation ($input: CreateHomestayOrderInput!) {
          createHomestayOrder(input: $input) { ... on HomestayOrder { sn } ... on OrderRefused { reason message } }
        }`,
        { input },
      );
      if (!order.sn) throw new Error(JSON.stringify(order));
      return order.sn;
    },
    async pay(orderSn: string, user: User = ana, method = 'SANDBOX'): Promise<PaymentSeen> {
      const { payHomestayOrder } = await system.ask<{ payHomestayOrder: PaymentSeen }>(
        user,
        `mutation ($orderSn: ID!, $method: PayMethod!) {
          payHomestayOrder(orderSn: $orderSn, method: $method) {
            ... on Payment { ${paymentFields} } ... on PaymentRefused { __typename reason message }
          }
        }`,
        { orderSn, method },
      );
      return payHomestayOrder;
    },
    async see(sn: string, user: User = ana): Promise<OrderSeen | null> {
      const query = `query ($sn: ID!) { homestayOrder(sn: $sn) {
        sn state ticketCode payment { ${paymentFields} } refunds { ${refundFields} }
      } }`;
      return (await system.ask<{ homestayOrder: OrderSeen | null }>(user, query, { sn }))
        .homestayOrder;
    },
    async payment(sn: string, user: User = ana): Promise<PaymentSeen | null> {
      const query = `query ($sn: ID!) { payment(sn: $sn) { ${paymentFields} } }`;
      return (await system.ask<{ payment: PaymentSeen | null }>(user, query, { sn })).payment;
    },
    async refund(
      sn: string,
      user: User = ana,
      amount?: number,
      why = 'Plans have changed.',
    ): Promise<RefundSeen> {
      const { refundHomestayOrder } = await system.ask<{ refundHomestayOrder: RefundSeen }>(
        user,
        `mutation ($sn: ID!, $why: String!, $amount: SafeInt) {
          refundHomestayOrder(sn: $sn, reason: $why, amount: $amount) {
            ... on Refund { ${refundFields} } ... on RefundRefused { __typename reason message }
          }
        }`,
        { sn, why, amount },
      );
      return refundHomestayOrder;
    },
    checkIn: (sn: string, ticketCode: string) =>
      system.ask<{ checkInGuest: { state?: string; reason?: string } }>(
        host,
        `mutation ($sn: ID!, $ticketCode: String!) {
          checkInGuest(sn: $sn, ticketCode: $ticketCode) {
            ... on HomestayOrder { state } ... on OrderRefused { reason }
          }
        }`,
        { sn, ticketCode },
      ),
    /** Which of the homestay's nights of that day on are free. */
    async isFree(inDays: number): Promise<boolean> {
      const { homestay } = await system.ask<{ homestay: { availability: [{ free: boolean }] } }>(
        ana,
        'query ($from: LocalDate!, $to: LocalDate!) { homestay(id: "homestay") { availability(from: $from, to: $to) { free } } }',
        { from: dateIn(inDays), to: dateIn(inDays + 1) },
      );
      return homestay.availability[0].free;
    },
    /** The provider tells of a payment once more, as it stands or as it once stood. */
    notifyAgain: (paymentSn: string, how: { state?: 'FAILED' | 'CLOSED' } = {}) =>
      system.sandboxTest(`payments/${paymentSn}/notify`, how),
    /** The traveller or the provider does nothing more: the scheduler's jobs run until nothing changes. */
    async settled(): Promise<void> {
      for (const field of [
        'settleWaitingPayments',
        'advancePayments',
        'settleWaitingPayments',
        'advancePayments',
      ]) {
        await system.job('payment', field);
      }
    },
    /** The order's time to pay is over, and the scheduler rings. */
    async deadlinePasses(sn: string): Promise<void> {
      const past = { $set: { closeAt: new Date(Date.now() - 1_000) } };
      await system.databases.order
        .collection<{ _id: string }>('orders')
        .updateOne({ _id: sn }, past);
      await system.job('order', 'closeDueOrders { closed }');
    },
    /** An order that is placed and paid. */
    async booked(options?: {
      inDays?: number;
      nights?: number;
    }): Promise<{ sn: string; paymentSn: string }> {
      const sn = await story.order(ana, options);
      const payment = await story.pay(sn);
      await story.settle(payment.sn);
      await eventually(async () => (await story.see(sn))?.state === 'WAIT_USE');
      return { sn, paymentSn: payment.sn };
    },
    cancel: (sn: string, user: User = ana) =>
      system.ask<{ cancelHomestayOrder: { state?: string; reason?: string } }>(
        user,
        `mutation ($sn: ID!) {
          cancelHomestayOrder(sn: $sn) { ... on HomestayOrder { state } ... on OrderRefused { reason } }
        }`,
        { sn },
      ),
    /** The traveller's part at the provider: pays, or lets it fail. */
    settle: (
      paymentSn: string,
      how: { outcome?: 'pay' | 'fail'; times?: number; delayMs?: number } = {},
    ) =>
      system.sandboxTest(`payments/${paymentSn}/settle`, how) as Promise<{
        state?: string;
        error?: string;
      }>,
  };
  return story;
}

/** The date so many days from today, where the homestay lies. */
export const dateIn = (days: number): string =>
  new Date(Date.now() + 8 * 3_600_000 + days * 86_400_000).toISOString().slice(0, 10);
