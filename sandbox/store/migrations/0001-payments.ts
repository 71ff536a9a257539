import type { Migration } from '../../../runtime/migrations/migration.ts';
import { bool, count, date, money, stored, text } from '../../../runtime/migrations/schema.ts';

const minuteMs = 60_000;

/**
 * What the sandbox keeps. The first release did not note when things began, or what was really
 * paid.
 */
export const migration: Migration = {
  async run({ collection, updateEach }) {
    await updateEach('payments', { createdAt: { $exists: false } }, ({ expiresAt }) => ({
      $set: { createdAt: new Date(expiresAt.getTime() - 20 * minuteMs) },
    }));
    const paid = { state: 'SUCCESS', paid: { $exists: false } };
    await updateEach('payments', paid, ({ amount, currency }) => ({
      $set: { paid: { amount, currency } },
    }));
    await updateEach('refunds', { createdAt: { $exists: false } }, () => ({
      $set: { createdAt: new Date(), byMerchant: true },
    }));
    await collection('payments', {
      schema: stored(
        {
          key: text,
          state: text,
          amount: count,
          currency: text,
          description: text,
          notifyUrl: text,
          createdAt: date,
          expiresAt: date,
          refunded: count,
        },
        { paidAt: date, paid: money },
      ),
      indexes: [{ key: { key: 1 }, unique: true }, { key: { createdAt: 1 } }],
    });
    await collection('refunds', {
      schema: stored({
        paymentSn: text,
        amount: count,
        currency: text,
        state: text,
        byMerchant: bool,
        createdAt: date,
      }),
      indexes: [{ key: { createdAt: 1 } }],
    });
    await collection('deliveries', {
      schema: stored({ url: text, body: text, dueAt: date, attempts: count }),
      indexes: [{ key: { dueAt: 1 } }],
    });
  },
};
