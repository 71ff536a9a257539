import type { Migration } from '../../../../runtime/migrations/migration.ts';
import {
  bool,
  count,
  date,
  listOf,
  money,
  orNull,
  record,
  stored,
  text,
} from '../../../../runtime/migrations/schema.ts';

const snapshot = record({
  title: text,
  subTitle: text,
  banner: orNull(text),
  city: text,
  timeZone: text,
  shopId: text,
  hostId: text,
  price: money,
  soldPerPerson: bool,
  foodPrice: orNull(money),
  refundPolicy: listOf(record({ daysBefore: count, share: count })),
});

const order = stored(
  {
    travellerId: text,
    homestayId: text,
    checkIn: text,
    checkOut: text,
    nights: count,
    guests: count,
    needFood: bool,
    remark: text,
    idempotencyKey: text,
    state: text,
    version: count,
    snapshot,
    homestayTotal: money,
    foodTotal: money,
    total: money,
    createdAt: date,
    closeAt: date,
    ticketCode: text,
    history: listOf(record({ state: text, at: date, cause: text })),
  },
  { paymentSn: text, refundSn: text },
);

/** Orders, and the nights that they hold. */
export const migration: Migration = {
  async run({ collection }) {
    await collection('orders', {
      schema: order,
      indexes: [
        { key: { travellerId: 1, idempotencyKey: 1 }, unique: true },
        { key: { travellerId: 1, createdAt: -1, _id: -1 } },
        { key: { state: 1, closeAt: 1 } },
        { key: { state: 1, checkOut: 1 } },
      ],
    });
    await collection('nights', {
      schema: stored({ homestayId: text, night: text, orderSn: text }),
      indexes: [{ key: { homestayId: 1, night: 1 } }, { key: { orderSn: 1 } }],
    });
  },
};
