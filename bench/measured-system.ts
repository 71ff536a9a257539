import { anyPorts, withAddresses } from '../embedded/system.ts';
import { serviceNames } from '../runtime/services.ts';
import { compiled } from './build.ts';
import { fillHomestays } from './fill.ts';
import { type ProcessNeeds, startMeasured, untilAnswering, untilOk } from './measured-process.ts';
import { secrets } from './secrets.ts';

/** The settings of all services, on databases with so many homestays. */
async function systemSettings(uri: string, homestays: number, settings: Record<string, string>) {
  const prefix = await fillHomestays(uri, homestays);
  const env = await withAddresses({
    ...anyPorts,
    ...secrets,
    ...{ MONGODB_URI: uri, DATABASE_PREFIX: prefix, LOG_LEVEL: 'error' },
    ...settings,
  });
  return { prefix, env, url: env.GATEWAY_URL as string };
}

/** Starts all services in one process, with as many homestays, and waits until they answer. */
export async function startMeasuredSystem(
  uri: string,
  homestays: number,
  settings: Record<string, string> = {},
) {
  const { prefix, env, url } = await systemSettings(uri, homestays, settings);
  const process = startMeasured({ program: ['bench/parts.ts'], env });
  await untilAnswering(url);
  return { prefix, process, url };
}

/**
 * Starts a gateway as it is deployed, compiled and in a process of its own, which is measured, and
 * all else in another; and waits until all are ready.
 */
export async function startBehindGateway(
  uri: string,
  homestays: number,
  settings: Record<string, string> = {},
) {
  const { prefix, env, url } = await systemSettings(uri, homestays, settings);
  const start = (program: ProcessNeeds['program']) => startMeasured({ program, env });
  const behind = start(['bench/parts.ts', ...serviceNames.filter((name) => name !== 'gateway')]);
  const process = start([compiled('gateway')]);
  await untilOk(`${url}/health/ready`);
  const stop = () => {
    process.stop();
    behind.stop();
  };
  return { prefix, process, url, stop };
}
