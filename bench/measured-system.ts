import { anyPorts, withAddresses } from '../embedded/system.ts';
import { fillHomestays } from './fill.ts';
import { startMeasured, untilAnswering } from './measured-process.ts';
import { secrets } from './secrets.ts';

/** Starts all services in one process, with as many homestays, and waits until they answer. */
export async function startMeasuredSystem(
  uri: string,
  homestays: number,
  settings: Record<string, string> = {},
) {
  const prefix = await fillHomestays(uri, homestays);
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
