import type { Log } from '../../../runtime/log.ts';
import {
  type Difference,
  type DifferenceSource,
  providerDifferenceOf,
} from '../domain/difference.ts';
import type { Money, Payment } from '../domain/payment.ts';
import { isPaymentSn } from '../domain/payment.ts';
import type { NamedProvider, ProviderFact, Providers } from '../domain/provider.ts';
import type { Refund } from '../domain/refund.ts';
import { type RecordFactNeeds, recordFact } from './record-fact.ts';
import { tryOne } from './try-each.ts';

export type ReconcileProvidersNeeds = RecordFactNeeds & {
  providers: Providers;
  paymentsBySn(sns: readonly string[]): Promise<Payment[]>;
  openRefundOf(paymentSn: string): Promise<Refund | null>;
  /** `keepOlder`: the comparison is not complete, so what was found before stays. */
  saveDifferences(
    source: DifferenceSource,
    found: readonly Difference[],
    at: Date,
    keepOlder?: boolean,
  ): Promise<void>;
  log: Log;
};

const windowMs = 26 * 3_600_000;
/** What is younger may still be on its way from the provider to us. */
const graceMs = 60_000;
const pageSize = 500;

/** What a provider says it holds of a payment. */
type Held = { paid: Money | null; refunded: number };

/**
 * Compares our ledger with each provider that lists its payments: those that began in the last day.
 * What we missed is booked, as if its webhook had come now. What disagrees afterwards is a
 * difference. Returns how many there are.
 * @throws AggregateError at its end if a provider could not be compared: it keeps no other from it
 */
export async function reconcileProviders(needs: ReconcileProvidersNeeds): Promise<number> {
  const now = await needs.now();
  const since = new Date(now.getTime() - windowMs);
  const found: Difference[] = [];
  const failures: unknown[] = [];
  for (const [name, provider] of Object.entries(needs.providers)) {
    if (!provider.facts) continue;
    try {
      const held = await heldAt(needs, { name, ...provider }, provider.facts(since));
      found.push(...(await compare(needs, held, now)));
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) {
    await needs.saveDifferences('PROVIDERS', found, now, true);
    throw new AggregateError(failures, 'not all providers were compared');
  }
  await needs.saveDifferences('PROVIDERS', found, now);
  return found.length;
}

/** Books every fact, and adds up what the provider holds of each payment that it lists. */
async function heldAt(
  needs: ReconcileProvidersNeeds,
  provider: NamedProvider,
  facts: AsyncIterable<ProviderFact>,
): Promise<Map<string, Held>> {
  const held = new Map<string, Held>();
  for await (const fact of facts) {
    if (fact.about === 'nothing') continue;
    await tryOne(needs.log, async () => {
      const handled = await recordFact(needs, provider, fact);
      if (handled === 'unknown' || handled === 'wrong money')
        needs.log.warn({ provider: provider.name, fact, handled }, 'a listed fact is not ours');
    });
    addUp(held, fact);
  }
  return held;
}

function addUp(held: Map<string, Held>, fact: Exclude<ProviderFact, { about: 'nothing' }>): void {
  if (fact.about === 'payment') {
    const { sn, payment } = fact;
    if (isPaymentSn(sn))
      held.set(sn, { paid: payment.state === 'SUCCESS' ? payment : null, refunded: 0 });
    return;
  }
  const of = fact.paymentSn ? held.get(fact.paymentSn) : undefined;
  if (of && fact.refund.state !== 'FAILED') of.refunded += fact.amount;
}

async function compare(
  needs: ReconcileProvidersNeeds,
  held: ReadonlyMap<string, Held>,
  now: Date,
): Promise<Difference[]> {
  const found: Difference[] = [];
  const sns = [...held.keys()];
  for (let first = 0; first < sns.length; first += pageSize) {
    const page = await needs.paymentsBySn(sns.slice(first, first + pageSize));
    for (const payment of page) {
      if (now.getTime() - payment.changedAt.getTime() < graceMs) continue;
      const { paid, refunded } = held.get(payment.sn) as Held;
      const kind = providerDifferenceOf(payment, paid && { ...paid, refunded });
      // The provider may have made a refund that we still wait for.
      if (kind && !(await needs.openRefundOf(payment.sn)))
        found.push({ kind, orderSn: payment.orderSn, paymentSn: payment.sn });
    }
  }
  return found;
}
