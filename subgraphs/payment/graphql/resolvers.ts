import { signedInUser } from '../../../runtime/caller.ts';
import { visibleTo } from '../domain/payment.ts';
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
    payHomestayOrder: (_, { orderSn, method }, { caller, actions }) =>
      actions.payOrder({ orderSn, method, userId: signedInUser(caller) }),
  },
  PaymentResult: { __resolveType: (result) => ('reason' in result ? 'PaymentRefused' : 'Payment') },
  Payment: {
    __resolveReference: async ({ sn }, { caller, loaders }) => {
      const payment = await loaders.payments.load(sn);
      return payment && visibleTo(payment, caller.userId) ? payment : null;
    },
    order: ({ orderSn }) => ({ sn: orderSn }),
    amount: ({ amount, currency }) => ({ amount, currency }),
    paidAt: ({ paidAt }) => paidAt ?? null,
    payUrl: ({ state, instructions }) => (state === 'WAIT' ? (instructions?.url ?? null) : null),
  },
  HomestayOrder: {
    __resolveReference: ({ sn }) => ({ sn }),
    payment: async ({ sn }, _, { caller, loaders }) => {
      const payments = (await loaders.paymentsOfOrder.load(sn)).filter((payment) => visibleTo(payment, caller.userId));
      return payments.find(({ live }) => live) ?? payments[0] ?? null;
    },
  },
};
