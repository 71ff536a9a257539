import type { Migration } from '../../../../runtime/migrations/migration.ts';
import {
  bool,
  count,
  date,
  orNull,
  record,
  stored,
  text,
} from '../../../../runtime/migrations/schema.ts';

const month = 30 * 86_400;

/** Webhooks, and what each of them is still to be told, or could not be. */
export const migration: Migration = {
  async run({ collection }) {
    await collection('webhooks', {
      schema: stored(
        {
          url: text,
          shop: orNull(record({ id: text, hostId: text })),
          createdAt: date,
          active: bool,
          secret: text,
        },
        { restUntil: date, wakeAt: date, wakes: count },
      ),
      indexes: [
        { key: { 'shop.id': 1 }, name: 'of_shop' },
        { key: { wakeAt: 1 }, name: 'due' },
      ],
    });
    await collection('webhook_messages', {
      schema: stored({
        webhookId: text,
        orderSn: text,
        sequence: count,
        changedAt: date,
        state: text,
        tries: count,
        nextTryAt: date,
      }),
      indexes: [
        { key: { webhookId: 1, state: 1, nextTryAt: 1 }, name: 'due' },
        { key: { webhookId: 1, orderSn: 1 }, name: 'of_order' },
        { key: { changedAt: 1 }, expireAfterSeconds: month, name: 'expire' },
      ],
    });
  },
};
