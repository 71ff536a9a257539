import { anyPorts, withAddresses } from '../../embedded/system.ts';
import { type Database, openDatabase } from '../../runtime/mongo.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../../testing/database.ts';
import {
  type MeasuredProcess,
  startMeasured,
  together,
  untilAnswering,
} from '../measured-process.ts';
import { secrets } from '../secrets.ts';
import { startClosers } from './closing-processes.ts';

/** Order services and schedulers, with a gateway for the subscribers of orders. */
export type LiveSystem = {
  gatewayUrl: string;
  order: Database;
  scheduler: Database;
  /** All processes but the database. */
  all: MeasuredProcess;
  stop(): Promise<void>;
};

/** So far the clocks of the two schedulers are wrong: one is ahead, one is behind. */
export const skewMs = 1_000;

const wideOpen = { SUBSCRIPTIONS_PER_USER: '20000', SUBSCRIPTION_CONNECTIONS_PER_USER: '1000' };

export async function startLiveSystem(uri: string): Promise<LiveSystem> {
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const env = {
    ...secrets,
    ...wideOpen,
    MONGODB_URI: uri,
    DATABASE_PREFIX: prefix,
    LOG_LEVEL: 'error',
    SWEEP_EVERY: '1h',
  };
  const complete = await withAddresses({ ...anyPorts, ...env });
  const ofFirst = { ORDER_PORT: complete.ORDER_PORT as string };
  const gateway = startMeasured({
    program: ['bench/parts.ts', 'travel', 'payment', 'gateway'],
    env: complete,
  });
  const closers = await Promise.all([
    startClosers({ env: { ...env, ...ofFirst }, skewMs }),
    startClosers({ env, skewMs: -skewMs }),
  ]);
  const all = together([...closers, gateway]);
  const gatewayUrl = complete.GATEWAY_URL as string;
  await untilAnswering(gatewayUrl);
  const order = await openDatabase(uri, `${prefix}order`);
  const scheduler = await openDatabase(uri, `${prefix}scheduler`);
  return {
    ...{ gatewayUrl, order, scheduler, all },
    async stop() {
      all.stop();
      await Promise.all([order.stop(), scheduler.stop()]);
    },
  };
}
