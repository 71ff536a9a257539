import { asked, type ShardKeys } from '../../../runtime/sharding.ts';

const listed = 'one process compares a page after the other with what a provider lists';
const fewOfOrder = 'a few documents of an order: each shard has an index';

export const shardKeys = {
  payments: {
    key: '_id',
    asksAll: {
      'find askedAt state': asked.queue,
      'find askedAt changedAt toQuery': asked.queue,
      'find toTell': asked.queue,
      'aggregate toTell': asked.gauge,
      'find _id paidAt': asked.compared,
      'aggregate method state': 'once when a process starts',
      'find _id unsettled': asked.compared,
      'find orderSn …': fewOfOrder,
      'find travellerId …': asked.personal,
      'find hostId …': asked.operator,
      find: asked.operator,
      'find $or': asked.operator,
      'aggregate $changeStream': asked.stream,
    },
  },
  refunds: {
    key: '_id',
    asksAll: {
      'find _id': listed,
      'find nextTryAt open': asked.queue,
      'find open orderTold': asked.queue,
      'aggregate open': asked.gauge,
      'find open': asked.gauge,
      'aggregate open orderTold': asked.gauge,
      'find orderSn …': fewOfOrder,
      'find paymentSn': fewOfOrder,
      'find travellerId …': asked.personal,
    },
  },
  claims: { key: '_id' },
  emails: {
    key: '_id',
    asksAll: {
      'findAndModify nextTryAt sent': asked.queue,
      'aggregate sent writtenAt': asked.gauge,
      'find sent writtenAt': asked.gauge,
      'find travellerId …': asked.personal,
    },
  },
  acknowledged_differences: { onOneShard: 'what operators have acknowledged, one by one' },
  differences: { onOneShard: 'what is wrong now' },
  change_feed: { onOneShard: 'one document' },
} satisfies ShardKeys;
