import type { Migration } from '../../../../runtime/migrations/migration.ts';

/** Before there were markers, money was not settled in these cases. */
const unsettled = {
  paidAt: { $exists: true },
  unsettled: { $exists: false },
  $or: [
    { orderAnswer: { $exists: false } },
    { state: 'REFUNDING' },
    { orderAnswer: 'REFUSED', state: { $ne: 'REFUNDED' } },
  ],
};
const untold = {
  paidAt: { $exists: true },
  orderAnswer: { $exists: false },
  toTell: { $exists: false },
};
/** The first release called a payment REFUNDED when a part of it had gone back. */
const refundedInPart = { state: 'REFUNDED', $expr: { $lt: ['$refunded', '$amount'] } };

/**
 * What is left to do has markers, and indexes that hold nothing else: the recurring queries cost
 * the work left, however much is settled.
 */
export const migration: Migration = {
  async run({ collection, updateEach }) {
    await collection('payments', {
      indexes: [
        {
          key: { toTell: 1 },
          name: 'to_tell',
          partialFilterExpression: { toTell: true },
        },
        {
          key: { unsettled: 1, _id: 1 },
          name: 'unsettled',
          partialFilterExpression: { unsettled: true },
        },
        {
          key: { state: 1, askedAt: 1 },
          name: 'waiting',
          partialFilterExpression: { state: 'WAIT' },
        },
      ],
    });
    await collection('refunds', {
      indexes: [
        {
          key: { open: 1, nextTryAt: 1 },
          name: 'to_try',
          partialFilterExpression: { open: true },
        },
        {
          key: { orderTold: 1, open: 1 },
          name: 'untold',
          partialFilterExpression: { orderTold: false },
        },
        {
          key: { orderSn: 1, idempotencyKey: 1 },
          name: 'by_key',
          partialFilterExpression: { idempotencyKey: { $exists: true } },
        },
      ],
    });
    await collection('differences', {});
    await updateEach('payments', untold, { $set: { toTell: true } });
    await updateEach('payments', unsettled, { $set: { unsettled: true } });
    await updateEach('payments', refundedInPart, { $set: { state: 'PARTIALLY_REFUNDED' } });
  },
};
