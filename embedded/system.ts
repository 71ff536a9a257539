import type { z } from 'zod';
import { startGateway } from '../gateway/server.ts';
import { gatewaySettings } from '../gateway/settings.ts';
import { type Stop, starting } from '../runtime/lifecycle.ts';
import { createLog, type Log } from '../runtime/log.ts';
import { readSettings, SettingsError } from '../runtime/settings.ts';
import { startSandbox } from '../sandbox/server.ts';
import { sandboxSettings } from '../sandbox/settings.ts';
import { startScheduler } from '../scheduler/server.ts';
import { schedulerSettings } from '../scheduler/settings.ts';
import { startOrder } from '../subgraphs/order/server.ts';
import { orderSettings } from '../subgraphs/order/settings.ts';
import { startPayment } from '../subgraphs/payment/server.ts';
import { paymentSettings } from '../subgraphs/payment/settings.ts';
import { startTravel } from '../subgraphs/travel/server.ts';
import { travelSettings } from '../subgraphs/travel/settings.ts';
import { freePort } from './free-port.ts';

type Env = Record<string, string | undefined>;
type Started = { url: string; stop: Stop };

/** One process: the setting of its port, the setting that tells the others where it is, and how it is checked and started. */
const part = <Settings>(
  port: string,
  url: string,
  standardPort: number,
  read: (env: Env) => Settings,
  start: (settings: Settings, log: Log) => Promise<Started>,
) => ({ port, url, standardPort, read, start: (env: Env, log: Log) => start(read(env), log) });

const reading =
  <S extends z.ZodObject>(shape: S) =>
  (env: Env) =>
    readSettings(shape, env);

/** Every process of the product. */
export const parts = {
  sandbox: part('SANDBOX_PORT', 'SANDBOX_URL', 4005, reading(sandboxSettings), startSandbox),
  travel: part('TRAVEL_PORT', 'TRAVEL_URL', 4001, reading(travelSettings), startTravel),
  order: part('ORDER_PORT', 'ORDER_URL', 4002, reading(orderSettings), startOrder),
  payment: part('PAYMENT_PORT', 'PAYMENT_URL', 4003, reading(paymentSettings), startPayment),
  scheduler: part(
    'SCHEDULER_PORT',
    'SCHEDULER_URL',
    4004,
    reading(schedulerSettings),
    startScheduler,
  ),
  gateway: part('PORT', 'GATEWAY_URL', 4000, gatewaySettings, startGateway),
};
export type PartName = keyof typeof parts;

/** @throws SettingsError that names what is missing or wrong in the settings of any process */
export function checkSettings(env: Env): void {
  const problems = Object.values(parts).flatMap(({ read }) => {
    try {
      read(env);
      return [];
    } catch (error) {
      if (error instanceof SettingsError) return error.problems;
      throw error;
    }
  });
  if (problems.length > 0) throw new SettingsError([...new Set(problems)]);
}

/** The settings with every port fixed and every address known, since the parts must know of each other before they start. */
export async function withAddresses(env: Env): Promise<Env> {
  const complete = { ...env };
  for (const { port, url, standardPort } of Object.values(parts)) {
    const wanted = env[port] || String(standardPort);
    complete[port] = wanted === '0' ? String(await freePort()) : wanted;
    complete[url] = `http://127.0.0.1:${complete[port]}`;
  }
  return complete;
}

export type System = { gatewayUrl: string; urls: Record<PartName, string>; stop: Stop };

/** Starts every process of the product within this one. Between them it is the same HTTP as between machines. */
export const startSystem = ({ env }: { env: Env }): Promise<System> =>
  startParts(Object.keys(parts) as PartName[], env);

/** Starts some processes of the product within this one. */
export const startParts = (names: readonly PartName[], env: Env): Promise<System> =>
  starting(async (stack) => {
    const settings = await withAddresses(env);
    const urls = {} as Record<PartName, string>;
    for (const name of names) {
      const { url, stop } = await parts[name].start(
        settings,
        createLog(name, settings.LOG_LEVEL || 'info'),
      );
      stack.add(stop);
      urls[name] = url;
    }
    return { gatewayUrl: urls.gateway, urls };
  });
