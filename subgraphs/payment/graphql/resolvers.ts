import { onlyService, signedInUser } from '../../../runtime/caller.ts';
import { globalId, keyOfReference } from '../../../runtime/global-id.ts';
import { asEvents } from '../../../runtime/subgraph-subscriptions.ts';
import { latestOf, type Payment, visibleTo } from '../domain/payment.ts';
import type { Context } from './context.ts';
import type { Resolvers } from './generated.ts';

export const resolvers: Resolvers<Context> = {
  Query: {
    payment: async (_, { sn }, { caller, loaders }) => {
      const payment = await loaders.payments.load(sn);
      return payment && visibleTo(payment, caller.userId) ? payment : null;
    },
  },
  Mutation: {
    payHomestayOrder: (_, { orderSn, method, payerId }, { caller, actions }) =>
      actions.payOrder({
        orderSn,
        method,
        ...(payerId ? { payerId } : {}),
        userId: signedInUser(caller),
      }),
    refundHomestayOrder: (_, { sn, reason, amount }, { caller, actions }) =>
      actions.refundOrder(sn, {
        reason,
        amount,
        userId: signedInUser(caller),
        roles: caller.roles,
      }),
    advancePayments: (_, _args, { caller, actions }) => {
      onlyService(caller, 'scheduler');
      return actions.advanceAll();
    },
    settleWaitingPayments: (_, _args, { caller, actions }) => {
      onlyService(caller, 'scheduler');
      return actions.settleWaiting();
    },
    reconcilePayments: (_, _args, { caller, actions }) => {
      onlyService(caller, 'scheduler');
      return actions.reconcile();
    },
    sendNotices: (_, _args, { caller, actions }) => {
      onlyService(caller, 'scheduler');
      return actions.sendNotices();
    },
  },
  RefundResult: { __resolveType: (result) => ('refusal' in result ? 'RefundRefused' : 'Refund') },
  Subscription: {
    paymentStateChanged: {
      subscribe: (_, { orderSn }, { caller, seen, actions }) =>
        asEvents(actions.followPayments(signedInUser(caller), orderSn, seen), (payment) => ({
          paymentStateChanged: payment,
          change: { key: payment.sn, version: payment.version },
        })),
    },
  },
  PaymentResult: {
    __resolveType: (result) => ('refused' in result ? 'PaymentRefused' : 'Payment'),
  },
  Payment: {
    __resolveReference: async (reference, { caller, loaders }) => {
      const sn = keyOfReference('Payment', reference);
      const payment = sn === null ? null : await loaders.payments.load(sn);
      return payment && visibleTo(payment, caller.userId) ? payment : null;
    },
    id: ({ sn }) => globalId('Payment', sn),
    order: ({ orderSn }) => ({ sn: orderSn }),
    amount: ({ amount, currency }) => ({ amount, currency }),
    paidAt: ({ paidAt }) => paidAt ?? null,
    payUrl: ({ state, instructions }) => (state === 'WAIT' ? (instructions?.url ?? null) : null),
    jsapi: ({ state, instructions }) => (state === 'WAIT' ? (instructions?.jsapi ?? null) : null),
  },
  Refund: {
    __resolveReference: async (reference, { caller, loaders }) => {
      const sn = keyOfReference('Refund', reference);
      const refund = sn === null ? null : await loaders.refunds.load(sn);
      return refund && visibleTo(refund, caller.userId) ? refund : null;
    },
    id: ({ sn }) => globalId('Refund', sn),
    payment: async ({ paymentSn }, _, { loaders }) =>
      (await loaders.payments.load(paymentSn)) as Payment,
    amount: ({ amount, currency }) => ({ amount, currency }),
    explanation: ({ reason }) => reason,
    settledAt: ({ settledAt }) => settledAt ?? null,
  },
  HomestayOrder: {
    __resolveReference: ({ sn }) => ({ sn }),
    payment: async ({ sn }, _, { caller, loaders }) => {
      const payments = (await loaders.paymentsOfOrder.load(sn)).filter((payment) =>
        visibleTo(payment, caller.userId),
      );
      return latestOf(payments) ?? null;
    },
    refunds: async ({ sn }, _, { caller, loaders }) =>
      (await loaders.refundsOfOrder.load(sn)).filter((refund) => visibleTo(refund, caller.userId)),
  },
};
