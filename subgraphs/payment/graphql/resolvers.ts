import { signedInUser } from '../../../runtime/caller.ts';
import { forServices } from '../../../runtime/for-services.ts';
import { globalId, keyOfReference } from '../../../runtime/global-id.ts';
import { isRefused, refusedFields } from '../../../runtime/refusal.ts';
import { asEvents } from '../../../runtime/subgraph-subscriptions.ts';
import { isVisibleTo, latestOf, type Payment } from '../domain/payment.ts';
import type { Context } from './context.ts';
import type { Resolvers } from './generated.ts';

const onlyServices = {
  processPayments: 'scheduler',
  settleWaitingPayments: 'scheduler',
  reconcilePayments: 'scheduler',
  sendEmails: 'scheduler',
} as const;

export const resolvers: Resolvers<Context> = forServices(onlyServices, {
  Query: {
    payment: async (_, { sn }, { caller, loaders }) =>
      visible(await loaders.payments.load(sn), caller.userId),
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
    processPayments: (_, _args, { actions }) => actions.processPayments(),
    settleWaitingPayments: (_, _args, { actions }) => actions.settleWaiting(),
    reconcilePayments: (_, _args, { actions }) => actions.reconcile(),
    sendEmails: (_, _args, { actions }) => actions.sendEmails(),
  },
  Subscription: {
    paymentStateChanged: {
      subscribe: (_, { orderSn }, { caller, seen, actions }) =>
        asEvents(actions.followPayments(signedInUser(caller), orderSn, seen), (payment) => ({
          paymentStateChanged: payment,
          change: { key: payment.sn, version: payment.version },
        })),
    },
  },
  PaymentResult: { __resolveType: (result) => (isRefused(result) ? 'PaymentRefused' : 'Payment') },
  RefundResult: { __resolveType: (result) => (isRefused(result) ? 'RefundRefused' : 'Refund') },
  PaymentRefused: refusedFields,
  RefundRefused: refusedFields,
  Payment: {
    __resolveReference: async (reference, { caller, loaders }) => {
      const sn = keyOfReference('Payment', reference);
      return sn === null ? null : visible(await loaders.payments.load(sn), caller.userId);
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
      return sn === null ? null : visible(await loaders.refunds.load(sn), caller.userId);
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
      const payments = await loaders.paymentsOfOrder.load(sn);
      return latestOf(payments.filter((payment) => isVisibleTo(payment, caller.userId)));
    },
    refunds: async ({ sn }, _, { caller, loaders }) => {
      const refunds = await loaders.refundsOfOrder.load(sn);
      return refunds.filter((refund) => isVisibleTo(refund, caller.userId));
    },
  },
});

/** The thing, or null for a caller to whom it does not exist. */
const visible = <Thing extends { travellerId: string; hostId: string }>(
  thing: Thing | null,
  userId: string | undefined,
): Thing | null => (thing && isVisibleTo(thing, userId) ? thing : null);
