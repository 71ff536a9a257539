/**
 * How a collection is spread over shards. `docs/scale.md` says when; a test holds every query and
 * write of the product to it. Each service says it of its own collections, in
 * `store/shard-keys.ts`.
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

/** By collection. */
export type ShardKeys = Readonly<Record<string, Sharding>>;

/** Why all shards may be asked. */
export const asked = {
  queue: 'one process asks for the work that is due: an index of each shard holds it alone',
  gauge: 'a gauge of the same work',
  page: 'a page for one person: each shard answers its first ones from an index',
  operator: 'a page for an operator: each shard answers its first ones from an index',
  compared: 'one process compares a page after the other, once a minute',
  personal: 'what belongs to a person is exported or erased, rarely',
  stream: 'a stream merges the changes of all shards',
} as const;
