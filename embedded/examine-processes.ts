import {
  portSetting,
  type ServiceName,
  serviceNames,
  standardUrl,
  urlSetting,
} from '../runtime/services.ts';
import { SettingsError } from '../runtime/settings.ts';
import { type Finding, pageOf } from './finding.ts';
import { parts } from './system.ts';

type Env = NodeJS.ProcessEnv;

/** The services that a system with these settings has: without a sandbox if nobody pays there. */
export function usedServices({ PAYMENT_PROVIDERS }: Env): readonly ServiceName[] {
  const given = PAYMENT_PROVIDERS || undefined;
  const { data } = parts.payment.settings.shape.PAYMENT_PROVIDERS.safeParse(given);
  return serviceNames.filter((name) => name !== 'sandbox' || !data || data.includes(name));
}

/**
 * What a service would say of the settings that are given here. Those that are not given may be set
 * where it runs.
 */
export function ofSettings(name: ServiceName, env: Env): Finding {
  try {
    parts[name].checkSettings(env);
    return { what: `the settings of ${name} are complete` };
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const wrong = error.problems.filter((problem) => settingsIn(problem).some(isGivenIn(env)));
    if (wrong.length > 0)
      return { what: `the settings of ${name} are wrong`, todo: wrong.join('\n      ') };
    const missing = error.problems.flatMap(settingsIn).join(', ');
    return { what: `the settings of ${name}, without those that are not given here: ${missing}` };
  }
}

/** A problem begins with the names of the settings that it is about. */
const settingsIn = (problem: string): string[] => problem.split(':')[0]?.split(', ') ?? [];
const isGivenIn = (env: Env) => (name: string) => Boolean(env[name] || env[`${name}_FILE`]);

const answerLimitMs = 3_000;

/** Whether a process is ready, where the settings say that it is. */
export async function ofProcess(name: ServiceName, env: Env): Promise<Finding> {
  const url = healthUrl(name, env);
  const signal = AbortSignal.timeout(answerLimitMs);
  const answer = await fetch(`${url}/health/ready`, { signal }).catch(() => undefined);
  const elsewhere = `If it is elsewhere, set ${urlSetting(name)}${name === 'gateway' ? ', and OPERATIONS_PORT as it has it' : ''}.`;
  if (!answer)
    return {
      what: `${name} does not answer at ${url}`,
      todo: `${elsewhere} ${pageOf('ProcessDown')}`,
    };
  const text = await answer.text();
  if (answer.status === 404) return { what: `${name} shows no health at ${url}`, todo: elsewhere };
  return answer.ok
    ? { what: `${name} is ready at ${url}` }
    : { what: `${name} is not ready at ${url}`, todo: text };
}

function healthUrl(name: ServiceName, env: Env): string {
  const url = new URL(env[urlSetting(name)] || standardUrl(name));
  const port = env[portSetting(name)];
  if (!env[urlSetting(name)] && port && port !== '0') url.port = port;
  const operations = env.OPERATIONS_PORT;
  if (name === 'gateway' && operations && operations !== '0') url.port = operations;
  return url.origin;
}
