import { anyPorts, withAddresses } from '../embedded/system.ts';
import { openDatabase } from '../runtime/mongo.ts';
import { addHomestays } from '../testing/catalogue.ts';
import { migrateTestDatabases, testDatabasePrefix } from '../testing/database.ts';
import { startMeasured, untilAnswering } from './measured-process.ts';
import { secrets } from './secrets.ts';

/** Starts all services in one process, with as many homestays, and waits until they answer. */
export async function startMeasuredSystem(
  uri: string,
  homestays: number,
  settings: Record<string, string> = {},
) {
  const prefix = testDatabasePrefix();
  await migrateTestDatabases(prefix, uri);
  const travel = await openDatabase(uri, `${prefix}travel`);
  await addHomestays(travel, homestays);
  await travel.stop();
  const env = await withAddresses({
    ...anyPorts,
    ...secrets,
    ...{ MONGODB_URI: uri, DATABASE_PREFIX: prefix, LOG_LEVEL: 'error' },
    ...settings,
  });
  const process = startMeasured({ program: ['bench/whole-system.ts'], env });
  const url = env.GATEWAY_URL as string;
  await untilAnswering(url);
  return { prefix, process, url };
}
