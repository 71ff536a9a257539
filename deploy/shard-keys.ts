import { deployedNames, services } from '../runtime/services.ts';
import type { ShardKeys } from '../runtime/sharding.ts';

/** What the runtime keeps in the database of each service. */
const everywhere: ShardKeys = {
  leases: { onOneShard: 'a few in all' },
  migrations: { onOneShard: 'a few in all' },
};

/** By service and collection. The sandbox stands for a provider outside, and has none. */
export const shardKeys: Record<string, ShardKeys> = {};
for (const name of deployedNames.filter((one) => services[one].ownsDatabase)) {
  const own = await import(`../${services[name].folder}/store/shard-keys.ts`);
  shardKeys[name] = { ...(own.shardKeys as ShardKeys), ...everywhere };
}
