import type { Migration } from '../../../../runtime/migrations/migration.ts';
import {
  bool,
  count,
  date,
  listOf,
  record,
  stored,
  text,
} from '../../../../runtime/migrations/schema.ts';

const payment = stored(
  {
    orderSn: text,
    travellerId: text,
    hostId: text,
    method: text,
    amount: count,
    currency: text,
    description: text,
    state: text,
    live: bool,
    createdAt: date,
    payBefore: date,
    refunded: count,
    changedAt: date,
    askedAt: date,
    history: listOf(record({ state: text }, { paidAt: date })),
  },
  { payerId: text, paidAt: date, providerRef: text, orderAnswer: text },
);

const refund = stored(
  {
    paymentSn: text,
    orderSn: text,
    travellerId: text,
    hostId: text,
    amount: count,
    currency: text,
    reason: text,
    cause: text,
    state: text,
    open: bool,
    createdAt: date,
    orderTold: bool,
    attempts: count,
    nextTryAt: date,
  },
  { settledAt: date },
);

/** Payments, refunds, and the claims that keep two of a kind apart. */
export const migration: Migration = {
  async run({ collection }) {
    await collection('payments', {
      schema: payment,
      indexes: [
        { key: { orderSn: 1, createdAt: -1 }, name: 'of_order' },
        { key: { state: 1, askedAt: 1 }, name: 'to_ask_about' },
        { key: { paidAt: 1 }, name: 'paid_at' },
      ],
    });
    await collection('refunds', {
      schema: refund,
      indexes: [
        { key: { paymentSn: 1, open: 1 }, name: 'of_payment' },
        { key: { orderSn: 1, createdAt: 1 }, name: 'of_order' },
        { key: { open: 1, nextTryAt: 1 }, name: 'to_process' },
        { key: { orderTold: 1, open: 1 }, name: 'to_tell' },
      ],
    });
    await collection('claims', { schema: stored({ holder: text }) });
  },
};
