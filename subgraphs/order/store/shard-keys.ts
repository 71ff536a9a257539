import { asked, type ShardKeys } from '../../../runtime/sharding.ts';

export const shardKeys = {
  orders: {
    key: '_id',
    asksAll: {
      'find attempt closeAt state': asked.queue,
      'find attempt.closeFrom state': asked.queue,
      'find _id attempt.closeFrom': asked.queue,
      'find _id checkOut refundSn state': asked.queue,
      'find _id refundSn state': asked.compared,
      'find attempt checkOut state': asked.queue,
      'find _id state': asked.compared,
      'aggregate attempt closeAt state': asked.gauge,
      'aggregate attempt.closeFrom': asked.gauge,
      'find attempt.closeFrom': asked.gauge,
      'find travellerId …': asked.page,
      'find snapshot.hostId …': asked.page,
      find: asked.operator,
      'find $or': asked.operator,
      'find idempotencyKey travellerId': 'only if a key or night is taken: see orderWithoutKey',
      'find _id history.at': 'what a new webhook for all orders is to be told of, once',
      'aggregate $changeStream': asked.stream,
    },
  },
  archivedOrders: {
    key: '_id',
    asksAll: {
      'find travellerId …': asked.page,
      'find snapshot.hostId …': asked.page,
      find: asked.operator,
      'find $or': asked.operator,
    },
  },
  nights: { key: 'homestayId' },
  orderKeys: { key: 'travellerId' },
  travellers: { key: '_id' },
  calendars: { onOneShard: 'a few for each homestay' },
  webhooks: { onOneShard: 'a few for each shop' },
  webhook_messages: { key: 'webhookId' },
  change_feed: { onOneShard: 'one document' },
} satisfies ShardKeys;
