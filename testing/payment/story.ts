import type { Stay } from '../../subgraphs/order/domain/stay.ts';
import { type NightDocument, nightDocuments } from '../../subgraphs/order/store/nights.ts';
import type { OrderDocument } from '../../subgraphs/order/store/order-document.ts';
import { eventually } from '../eventually.ts';
import {
  dateIn,
  type OrderAnswer,
  type PaymentSeen,
  storyOf as publicStoryOf,
  type RefundSeen,
} from '../story.ts';
import type { TestSystem } from '../system.ts';
import { ana, operator, type User } from '../tokens.ts';
import { untilAnswered } from '../until-answered.ts';
import { updateEach } from '../update-each.ts';

const jobsAfterMs = 2_000;

/** A difference as an operator sees it; `owed` in minor units. */
export type DifferenceSeen = {
  kind: string;
  orderSn: string;
  paymentSn: string | null;
  owed: number | null;
};

/** The public story, and with it what the sandbox, the clock and the scheduler do. */
export function storyOf(system: TestSystem) {
  let day = 10;
  const publicStory = publicStoryOf(system);
  const story = {
    ...publicStory,
    /** Places an order with one idempotency key, however often it has to be asked. */
    placeOnce(stay: Record<string, unknown>, user: User = ana): Promise<OrderAnswer> {
      const idempotencyKey = crypto.randomUUID();
      return untilAnswered(() => publicStory.place({ ...stay, idempotencyKey }, user));
    },
    /** Begins a payment, however often that has to be asked. */
    payOnce: (orderSn: string): Promise<PaymentSeen> =>
      untilAnswered(async () => {
        const payment = await publicStory.pay(orderSn);
        if (payment.reason === 'PROVIDER_UNAVAILABLE')
          throw new Error('{"code":"SERVICE_UNAVAILABLE"}');
        return payment;
      }),
    /** Places an order for one or more nights that no other test takes. Returns its number. */
    async order(
      user: User = ana,
      { inDays = ((day++ * 31) % 360) + 1, nights = 1, homestayId = 'home-0' } = {},
    ): Promise<string> {
      const stay = { homestayId, checkIn: dateIn(inDays), checkOut: dateIn(inDays + nights) };
      const order = await story.placeOnce(stay, user);
      if (!order.sn) throw new Error(JSON.stringify(order));
      return order.sn;
    },
    /** Whether the homestay's night of that day is free. */
    async isFree(inDays: number): Promise<boolean> {
      const free = await publicStory.freeNights('home-0', dateIn(inDays), dateIn(inDays + 1));
      return free.length === 1;
    },
    /** An operator refunds a payment, whatever its order says. */
    async refundPayment(
      paymentSn: string,
      user: User,
      amount: number | null = null,
    ): Promise<RefundSeen> {
      const query = `mutation RefundPayment($input: RefundPaymentInput!) {
        refundPayment(input: $input) {
          ... on Refund { __typename sn state cause } ... on RefundRefused { __typename reason } } }`;
      const why = { reason: 'Mending.', idempotencyKey: crypto.randomUUID() };
      const input = { paymentSn, amount, ...why };
      return (await system.ask<{ refundPayment: RefundSeen }>(user, query, { input }))
        .refundPayment;
    },
    /** An operator releases an order from a refund that does not exist any more. */
    async release(orderSn: string, user: User): Promise<boolean> {
      const query = `mutation Release($input: ReleaseHomestayOrderInput!) {
        releaseHomestayOrder(input: $input) }`;
      return (
        await system.ask<{ releaseHomestayOrder: boolean }>(user, query, { input: { orderSn } })
      ).releaseHomestayOrder;
    },
    /** The provider sends the webhook of a payment once more, as it stands or as it once stood. */
    notifyAgain: (paymentSn: string, how: { state?: 'FAILED' | 'CLOSED' } = {}) =>
      system.sandboxTest(`payments/${paymentSn}/notify`, how),
    /** The scheduler's jobs run until nothing changes. */
    async settled(): Promise<void> {
      for (const field of [
        'settleWaitingPayments',
        'processPayments',
        'settleWaitingPayments',
        'processPayments',
      ]) {
        await system.job('payment', field);
      }
    },
    /**
     * Waits until something is true. Nearly always it comes by itself. But on a busy machine one
     * service may not answer another in time, and then it takes a job, as in the product.
     */
    comes: (isTrue: () => Promise<boolean>): Promise<boolean> =>
      eventually(isTrue, jobsAfterMs).catch(() =>
        eventually(async () => {
          await story.settled();
          return isTrue();
        }),
      ),
    /** Reconciles everything at once, however young it is. */
    async reconciled(): Promise<void> {
      const { order, payment } = system.databases;
      const at = new Date(Date.now() - 120_000);
      const young = { $gt: at };
      await updateEach(
        order.collection('orders'),
        { 'history.at': young },
        { $set: { 'history.$[].at': at } },
      );
      await updateEach(
        payment.collection('payments'),
        { changedAt: young },
        { $set: { changedAt: at } },
      );
      await system.job('payment', 'reconcilePayments');
      await system.job('payment', 'reconcileProviders');
    },
    /** What the last reconciliations found, as an operator sees it. */
    async differences(): Promise<DifferenceSeen[]> {
      const query = '{ paymentDifferences { kind orderSn payment { sn } owed { amount } } }';
      type Row = Pick<DifferenceSeen, 'kind' | 'orderSn'> & {
        payment: { sn: string } | null;
        owed: { amount: number } | null;
      };
      const found = await system.ask<{ paymentDifferences: Row[] }>(operator, query);
      return found.paymentDifferences.map(({ kind, orderSn, payment, owed }) => ({
        ...{ kind, orderSn, paymentSn: payment?.sn ?? null, owed: owed?.amount ?? null },
      }));
    },
    /** The order's deadline passes, and its close job runs. */
    async deadlinePasses(sn: string): Promise<void> {
      const past = new Date(Date.now() - 1_000);
      const orders = system.databases.order.collection<{ _id: string }>('orders');
      await orders.updateOne({ _id: sn }, { $set: { closeAt: past } });
      const held = { _id: sn, attempt: { $exists: true } };
      await orders.updateOne(held, { $set: { 'attempt.closeFrom': past } });
      await system.job('order', 'closeDueOrders { closed }');
    },
    /** Moves an order, with the nights that it holds, to other dates, which must be free. */
    moveStay: (sn: string, stay: Stay): Promise<void> =>
      system.databases.order.client.withSession((session) =>
        session.withTransaction(async () => {
          const orders = system.databases.order.collection<OrderDocument>('orders');
          const nights = system.databases.order.collection<NightDocument>('nights');
          const order = await orders.findOneAndUpdate({ _id: sn }, { $set: stay }, { session });
          const held = await nights.deleteMany({ orderSn: sn }, { session });
          if (!order || held.deletedCount === 0) return;
          const moved = nightDocuments({ sn, homestayId: order.homestayId, ...stay });
          await nights.insertMany(moved, { session });
        }),
      ),
    /** An order that is placed and paid. */
    async booked(options?: {
      inDays?: number;
      nights?: number;
      homestayId?: string;
    }): Promise<{ sn: string; paymentSn: string }> {
      const sn = await story.order(ana, options);
      const payment = await story.payOnce(sn);
      await story.settle(payment.sn);
      await story.comes(async () => (await story.see(sn))?.state === 'WAIT_USE');
      return { sn, paymentSn: payment.sn };
    },
    /** The traveller's part at the provider: the payment succeeds or fails. */
    settle: (
      paymentSn: string,
      how: {
        outcome?: 'pay' | 'fail';
        amount?: number;
        currency?: string;
        times?: number;
        delayMs?: number;
      } = {},
    ) =>
      system.sandboxTest(`payments/${paymentSn}/settle`, how) as Promise<{
        state?: string;
        error?: string;
      }>,
  };
  return story;
}
