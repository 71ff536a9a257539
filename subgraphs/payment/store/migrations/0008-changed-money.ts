import type { Migration } from '../../../../runtime/migrations/migration.ts';

const accepted = {
  orderAnswer: 'ACCEPTED',
  paidAt: { $exists: true },
  unsettled: { $exists: false },
};
const toCompare = { $set: { unsettled: true } };

/**
 * Accepted money that a refund, the provider or a bank has changed is compared with its order once
 * more. Earlier releases did not mark all of it, and stopped comparing it two days after it was paid.
 */
export const migration: Migration = {
  async run({ db, updateEach }) {
    await updateEach('payments', { ...accepted, refunded: { $gt: 0 } }, toCompare);
    const payments = db.collection<{ _id: string }>('payments');
    const contradicted = db
      .collection<{ paymentSn: string }>('refunds')
      .find({ contradicted: true })
      .project<{ paymentSn: string }>({ paymentSn: 1 });
    for await (const { paymentSn } of contradicted)
      await payments.updateOne({ _id: paymentSn, ...accepted }, toCompare);
  },
};
