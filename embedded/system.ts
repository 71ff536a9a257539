import { type Stop, startWithStack } from '../runtime/lifecycle.ts';
import { createLog } from '../runtime/log.ts';
import type { Service } from '../runtime/service-process.ts';
import {
  portSetting,
  type ServiceName,
  serviceNames,
  services,
  urlSetting,
} from '../runtime/services.ts';
import { SettingsError } from '../runtime/settings.ts';
import { freePort } from './free-port.ts';

type Env = Record<string, string | undefined>;

/** Every service of the product. */
export const parts = {} as Record<ServiceName, Service>;
for (const name of serviceNames) {
  // One after the other: Jest's module loader does not link concurrent imports of shared modules.
  parts[name] = (await import(`../${services[name].folder}/server.ts`)).service;
}

/** Settings that give every service a free port. */
export const anyPorts: Env = Object.fromEntries(
  serviceNames.map((name) => [portSetting(name), '0']),
);

/** @throws SettingsError that names what is missing or wrong in the settings of any service */
export function checkSettings(env: Env): void {
  const problems = Object.values(parts).flatMap((part) => {
    try {
      part.checkSettings(env);
      return [];
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
  });
  if (problems.length > 0) throw new SettingsError([...new Set(problems)]);
}

/**
 * The settings with every port and address fixed: services need each other's address before they
 * start. Payment pages may send travellers back to the gateway's own pages, which link to the
 * scheduler's page of the job queue.
 */
export async function withAddresses(env: Env): Promise<Env> {
  const complete = { ...env };
  for (const name of serviceNames) {
    const port = portSetting(name);
    const wanted = env[port] || String(services[name].port);
    complete[port] = wanted === '0' ? String(await freePort()) : wanted;
    complete[urlSetting(name)] = `http://127.0.0.1:${complete[port]}`;
  }
  const pages = ['127.0.0.1', 'localhost'].map((host) => `http://${host}:${complete.PORT}`);
  complete.PAYMENT_RETURN_ORIGINS ||= pages.join(',');
  complete.QUEUE_URL ||= `${complete.SCHEDULER_URL}/queue`;
  return complete;
}

export type System = { gatewayUrl: string; urls: Record<ServiceName, string>; stop: Stop };

/**
 * Starts every service within this process. They talk over the same HTTP as on separate machines.
 */
export const startSystem = ({ env }: { env: Env }): Promise<System> =>
  startParts(serviceNames, env);

/** Starts some services within this process. */
export const startParts = (names: readonly ServiceName[], env: Env): Promise<System> =>
  startWithStack(async (stack) => {
    const settings = await withAddresses(env);
    const urls = {} as Record<ServiceName, string>;
    for (const name of names) {
      const log = createLog(name, settings.LOG_LEVEL || 'info');
      const { url, stop } = await parts[name].start(settings, log);
      stack.defer(stop);
      urls[name] = url;
    }
    return { gatewayUrl: urls.gateway, urls };
  });
