import { type Caller, signedInUser } from '../../../runtime/caller.ts';
import { globalId, keyOfReference } from '../../../runtime/global-id.ts';
import { isRefused, refusedFields } from '../../../runtime/refusal.ts';
import { asEvents } from '../../../runtime/subgraph-subscriptions.ts';
import { isVisibleTo, latestOf, moneyOf, type Payment } from '../domain/payment.ts';
import type { Context } from './context.ts';
import type { Resolvers } from './generated.ts';

/** Who asks, for actions that depend on it. @throws if nobody is signed in */
const by = (caller: Caller) => ({ userId: signedInUser(caller), roles: caller.roles });

export const resolvers: Resolvers<Context> = {
  Query: {
    payment: async (_, { sn }, { caller, loaders }) =>
      visible(await loaders.payments.load(sn), caller),
    searchPayments: (_, { filter, ...page }, { actions }) =>
      actions.searchPayments({ ...page, filter: filter ?? null }),
    paymentDifferences: (_, args, { actions }) => actions.listDifferences(args),
  },
  Mutation: {
    payHomestayOrder: (_, { input }, { caller, actions }) =>
      actions.payOrder({ ...given(input), userId: signedInUser(caller) }),
    leaveHomestayOrder: (_, { input }, { caller, actions }) =>
      actions.endStay({ kind: 'LEAVE', ...input, ...by(caller) }),
    endHomestayOrder: (_, { input }, { caller, actions }) =>
      actions.endStay({ kind: 'END', ...input, ...by(caller) }),
    refundHomestayOrder: (_, { input }, { caller, actions }) =>
      actions.refundPart({ kind: 'PART', ...input, ...by(caller) }),
    refundPayment: (_, { input }, { caller, actions }) =>
      actions.refundPayment({ ...given(input), ...by(caller) }),
    tellOrderAgain: (_, { input }, { caller, actions }) =>
      actions.tellOrderAgain({ ...input, ...by(caller) }),
    releaseHomestayOrder: (_, { input }, { caller, actions }) =>
      actions.releaseOrder({ ...input, ...by(caller) }),
    acknowledgeDifference: (_, { input }, { caller, actions }) =>
      actions.acknowledgeDifference({
        ...{ ...input, paymentSn: input.paymentSn ?? null },
        ...by(caller),
      }),
    processPayments: (_, _args, { actions }) => actions.processPayments(),
    settleWaitingPayments: (_, _args, { actions }) => actions.settleWaiting(),
    reconcilePayments: (_, _args, { actions }) => actions.reconcile(),
    reconcileProviders: (_, _args, { actions }) => actions.reconcileProviders(),
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
  DifferenceRefused: refusedFields,
  AcknowledgementResult: {
    __resolveType: (result) => (isRefused(result) ? 'DifferenceRefused' : 'PaymentDifference'),
  },
  Acknowledgement: { explanation: ({ reason }) => reason },
  StayEndResult: { __resolveType: (result) => (isRefused(result) ? 'RefundRefused' : 'StayEnd') },
  StayEnd: { order: ({ orderSn }) => ({ sn: orderSn }) },
  PaymentDifference: {
    order: async ({ orderSn }, _, { loaders }) =>
      (await loaders.hasOrder.load(orderSn)) ? { sn: orderSn } : null,
    payment: ({ paymentSn }, _, { loaders }) =>
      paymentSn === null ? null : loaders.payments.load(paymentSn),
  },
  Payment: {
    __resolveReference: async (reference, { caller, loaders }) => {
      const sn = keyOfReference('Payment', reference);
      return sn === null ? null : visible(await loaders.payments.load(sn), caller);
    },
    id: ({ sn }) => globalId('Payment', sn),
    order: ({ orderSn }) => ({ sn: orderSn }),
    amount: ({ amount, currency }) => ({ amount, currency }),
    paidAt: ({ paidAt }) => paidAt ?? null,
    received: (payment) => (payment.paidAt ? moneyOf(payment) : null),
    refunded: (payment) => ({ ...moneyOf(payment), amount: payment.refunded }),
    refunds: async ({ sn, orderSn }, _, { loaders }) => {
      const refunds = await loaders.refundsOfOrder.load(orderSn);
      return refunds.filter(({ paymentSn }) => paymentSn === sn);
    },
    payUrl: (payment, _, { caller }) => instructionsFor(payment, caller)?.url ?? null,
    jsapi: (payment, _, { caller }) => instructionsFor(payment, caller)?.jsapi ?? null,
  },
  Refund: {
    __resolveReference: async (reference, { caller, loaders }) => {
      const sn = keyOfReference('Refund', reference);
      return sn === null ? null : visible(await loaders.refunds.load(sn), caller);
    },
    id: ({ sn }) => globalId('Refund', sn),
    payment: async ({ paymentSn }, _, { loaders }) =>
      (await loaders.payments.load(paymentSn)) as Payment,
    amount: ({ amount, currency }) => ({ amount, currency }),
    explanation: ({ reason }) => reason,
    settledAt: ({ settledAt }) => settledAt ?? null,
  },
  HomestayOrder: {
    __resolveReference: (reference) => reference,
    refundable: async ({ sn, leaveShare, leaveUntil = null }, _, { caller, loaders, actions }) => {
      if (leaveShare === null || leaveShare === undefined) return null;
      const payments = await loaders.paymentsOfOrder.load(sn);
      return actions.refundable(
        payments.filter((payment) => isVisibleTo(payment, caller)),
        { share: leaveShare, until: leaveUntil },
      );
    },
    payMethods: ({ total }, _, { actions }) => (total ? actions.payMethods(total) : []),
    payment: async ({ sn }, _, { caller, loaders }) => {
      const payments = await loaders.paymentsOfOrder.load(sn);
      return latestOf(payments.filter((payment) => isVisibleTo(payment, caller)));
    },
    refunds: async ({ sn }, _, { caller, loaders }) => {
      const refunds = await loaders.refundsOfOrder.load(sn);
      return refunds.filter((refund) => isVisibleTo(refund, caller));
    },
  },
};

/** The thing, or null for a caller to whom it does not exist. */
const visible = <Thing extends { travellerId: string; hostId: string }>(
  thing: Thing | null,
  caller: Caller,
): Thing | null => (thing && isVisibleTo(thing, caller) ? thing : null);

/** How to pay, for the traveller alone: whoever else can see the payment need not pay it. */
const instructionsFor = ({ state, travellerId, instructions }: Payment, { userId }: Caller) =>
  state === 'WAIT' && userId === travellerId ? instructions : undefined;

/** An input without the fields that are null: for an action, null and absent are the same. */
const given = <Input extends object>(input: Input) =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null)) as {
    [Field in keyof Input]: Exclude<Input[Field], null>;
  };
