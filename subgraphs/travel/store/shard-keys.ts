import type { ShardKeys } from '../../../runtime/sharding.ts';

export const shardKeys = {
  shops: {
    onOneShard: 'the catalogue: 10^6 homestays are some GB; add secondaries to read from',
  },
  homestays: { onOneShard: 'the catalogue' },
  comments: { onOneShard: 'one for ten stays or so, some hundred bytes' },
  nightPrices: { onOneShard: 'nights with a price of their own' },
} satisfies ShardKeys;
