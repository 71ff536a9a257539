/**
 * How a collection is spread over shards. `docs/scale.md` says when; a test holds every query and
 * write of the product to this table.
 */
export type Sharding =
  | {
      /** The field whose hash decides on the shard. Every query and write names it. */
      key: string;
      /**
       * Why some ask all shards instead, by their command and the fields of their filter. `…` stands
       * for any other fields.
       */
      asksAll?: Readonly<Record<string, string>>;
    }
  /** It stays on one shard, because its size is bounded so. */
  | { onOneShard: string };

const queue = 'one process asks for the work that is due: an index of each shard holds it alone';
const gauge = 'a gauge of the same work';
const page = 'a page for one person: each shard answers its first ones from an index';
const ofOperator = 'a page for an operator: each shard answers its first ones from an index';
const compared = 'one process compares a page after the other, once a minute';
const listed = 'one process compares a page after the other with what a provider lists';
const fewOfOrder = 'a few documents of an order: each shard has an index';
const personal = 'a traveller is exported or erased, rarely';
const stream = 'a stream merges the changes of all shards';

const everywhere: Record<string, Sharding> = {
  leases: { onOneShard: 'a few in all' },
  migrations: { onOneShard: 'a few in all' },
};

/** By service and collection. */
export const shardKeys: Readonly<Record<string, Readonly<Record<string, Sharding>>>> = {
  order: {
    orders: {
      key: '_id',
      asksAll: {
        'find attempt closeAt state': queue,
        'find attempt.closeFrom state': queue,
        'find _id attempt.closeFrom': queue,
        'find _id checkOut refundSn state': queue,
        'find _id refundSn state': compared,
        'find attempt checkOut state': queue,
        'find _id state': compared,
        'aggregate attempt closeAt state': gauge,
        'aggregate attempt.closeFrom': gauge,
        'find attempt.closeFrom': gauge,
        'find travellerId …': page,
        'find snapshot.hostId …': page,
        find: ofOperator,
        'find $or': ofOperator,
        'find idempotencyKey travellerId': 'only if a key or night is taken: see orderWithoutKey',
        'find _id history.at': 'what a new webhook for all orders is to be told of, once',
        'aggregate $changeStream': stream,
      },
    },
    archivedOrders: {
      key: '_id',
      asksAll: {
        'find travellerId …': page,
        'find snapshot.hostId …': page,
        find: ofOperator,
        'find $or': ofOperator,
      },
    },
    nights: { key: 'homestayId' },
    orderKeys: { key: 'travellerId' },
    travellers: { key: '_id' },
    calendars: { onOneShard: 'a few for each homestay' },
    webhooks: { onOneShard: 'a few for each shop' },
    webhook_messages: { key: 'webhookId' },
    change_feed: { onOneShard: 'one document' },
    ...everywhere,
  },
  payment: {
    payments: {
      key: '_id',
      asksAll: {
        'find askedAt state': queue,
        'find askedAt changedAt toQuery': queue,
        'find toTell': queue,
        'aggregate toTell': gauge,
        'find _id paidAt': compared,
        'aggregate method state': 'once when a process starts',
        'find _id unsettled': compared,
        'find orderSn …': fewOfOrder,
        'find travellerId …': personal,
        'find hostId …': ofOperator,
        find: ofOperator,
        'find $or': ofOperator,
        'aggregate $changeStream': stream,
      },
    },
    refunds: {
      key: '_id',
      asksAll: {
        'find _id': listed,
        'find nextTryAt open': queue,
        'find open orderTold': queue,
        'aggregate open': gauge,
        'find open': gauge,
        'aggregate open orderTold': gauge,
        'find orderSn …': fewOfOrder,
        'find paymentSn': fewOfOrder,
        'find travellerId …': personal,
      },
    },
    claims: { key: '_id' },
    emails: {
      key: '_id',
      asksAll: {
        'findAndModify nextTryAt sent': queue,
        'aggregate sent writtenAt': gauge,
        'find sent writtenAt': gauge,
        'find travellerId …': personal,
      },
    },
    acknowledged_differences: { onOneShard: 'what operators have acknowledged, one by one' },
    differences: { onOneShard: 'what is wrong now' },
    change_feed: { onOneShard: 'one document' },
    ...everywhere,
  },
  travel: {
    shops: {
      onOneShard: 'the catalogue: 10^6 homestays are some GB; add secondaries to read from',
    },
    homestays: { onOneShard: 'the catalogue' },
    comments: { onOneShard: 'one for ten stays or so, some hundred bytes' },
    nightPrices: { onOneShard: 'nights with a price of their own' },
    ...everywhere,
  },
  scheduler: {
    agenda_logs: { onOneShard: 'nothing: Agenda makes it, and its log is off' },
    jobs: { onOneShard: 'one for each second that has a deadline, and the recurring ones' },
    ...everywhere,
  },
};
