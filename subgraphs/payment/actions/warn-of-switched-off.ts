import type { Log } from '../../../runtime/log.ts';
import type { PayMethod } from '../domain/payment.ts';
import type { Providers } from '../domain/provider.ts';

export type WarnOfSwitchedOffNeeds = {
  providers: Providers;
  waitingByOthers(methods: readonly PayMethod[]): Promise<Map<PayMethod, number>>;
  log: Log;
};

/**
 * Says which methods are switched off while payments still wait by them: such a payment can be
 * neither closed nor asked about, and keeps its order waiting.
 */
export async function warnOfSwitchedOff({ providers, ...needs }: WarnOfSwitchedOffNeeds) {
  const offered = Object.values(providers).flatMap(({ methods }) => methods);
  for (const [method, waiting] of await needs.waitingByOthers(offered))
    needs.log.error({ method, waiting }, 'payments wait by a method that is switched off');
}
