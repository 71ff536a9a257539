import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { callerSigner } from '../../runtime/caller.ts';
import { secrets } from '../secrets.ts';
import type { StageReady } from './stage.ts';

/** Starts the subgraphs that peers share, in a process of their own. */
export async function startStage(): Promise<{ stage: ChildProcess; urls: StageReady['urls'] }> {
  const file = fileURLToPath(new URL('./stage.ts', import.meta.url));
  const stage = fork(file, { env: { ...process.env, ...secrets }, execArgv: ['--import', 'tsx'] });
  const { urls } = await new Promise<StageReady>((resolve) =>
    stage.once('message', (ready) => resolve(ready as StageReady)),
  );
  return { stage, urls };
}

/** The settings of a gateway in front of them. */
export const stageSettings = (urls: StageReady['urls']) => ({
  ...secrets,
  TRAVEL_URL: urls.travel,
  ORDER_URL: urls.order,
  PAYMENT_URL: urls.payment,
  LOG_LEVEL: 'error',
});

/** A header that subgraphs believe, for some minutes: the gateway asks for a user. */
export const callerOf = (userId: string): Promise<string> =>
  callerSigner(secrets.SERVICE_SECRET)({ service: 'gateway', userId, roles: [] });
