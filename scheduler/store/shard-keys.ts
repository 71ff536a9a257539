import type { ShardKeys } from '../../runtime/sharding.ts';

export const shardKeys: ShardKeys = {
  agenda_logs: { onOneShard: 'nothing: Agenda makes it, and its log is off' },
  jobs: { onOneShard: 'one for each second that has a deadline, and the recurring ones' },
};
