import type { Log } from '../../../runtime/log.ts';
import type { Difference, DifferenceSource } from '../domain/difference.ts';
import { isPaymentSn, type Payment } from '../domain/payment.ts';
import {
  type NamedProvider,
  type ProviderFact,
  type ProviderPayment,
  type Providers,
  providerOf,
  type RefundFact,
} from '../domain/provider.ts';
import {
  type CompareNeeds,
  compareWithProvider,
  type Held,
  type Listed,
  stillDifferent,
  windowMs,
} from './compare-with-provider.ts';
import { type RecordFactNeeds, recordFact } from './record-fact.ts';
import { tryOne } from './try-each.ts';

export type ReconcileProvidersNeeds = RecordFactNeeds &
  CompareNeeds & {
    providers: Providers;
    /** What earlier comparisons found, and nobody has acknowledged. */
    differencesFrom(source: DifferenceSource): Promise<Difference[]>;
    /**
     * Returns those that no operator has acknowledged as they are. `keepOlder`: the comparison is not
     * complete, so what was found before stays.
     */
    saveDifferences(
      source: DifferenceSource,
      found: readonly Difference[],
      at: Date,
      keepOlder?: boolean,
    ): Promise<Difference[]>;
    log: Log;
  };

/**
 * Compares our ledger with each provider that lists its payments: what began in the last day, there
 * or with us. What we missed is booked, as if its webhook had come now. What disagrees afterwards is
 * a difference, and stays one until it agrees. Returns how many are open.
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
      const listed = await listedAt(needs, { name, ...provider }, provider.facts(since));
      found.push(...(await compareWithProvider(needs, provider, listed, now)));
    } catch (error) {
      failures.push(error);
    }
  }
  try {
    found.push(...(await foundBefore(needs, found)));
  } catch (error) {
    failures.push(error);
  }
  if (failures.length > 0) {
    await needs.saveDifferences('PROVIDERS', found, now, true);
    throw new AggregateError(failures, 'not all providers were compared');
  }
  return (await needs.saveDifferences('PROVIDERS', found, now)).length;
}

/** What still differs of what differed before and was not found now. */
async function foundBefore(
  needs: ReconcileProvidersNeeds,
  found: readonly Difference[],
): Promise<Difference[]> {
  const known = new Set(found.map(({ paymentSn }) => paymentSn));
  const before = await needs.differencesFrom('PROVIDERS');
  const others = before.filter(({ paymentSn }) => !known.has(paymentSn));
  return stillDifferent(needs, others, (payment) => heldOf(needs, payment));
}

/** What its provider says it holds of one payment; null if that is switched off, or has no list. */
async function heldOf(needs: ReconcileProvidersNeeds, payment: Payment): Promise<Held | null> {
  const provider = providerOf(needs.providers, payment.method);
  if (!provider?.factsOf) return null;
  const { held } = await listedAt(needs, provider, provider.factsOf(payment));
  return held.get(payment.sn) ?? null;
}

/** Books every fact, and adds up what the provider holds of each payment that it lists. */
async function listedAt(
  needs: ReconcileProvidersNeeds,
  provider: NamedProvider,
  facts: AsyncIterable<ProviderFact>,
): Promise<Listed> {
  const known: Known = { payments: new Map(), refunds: new Map() };
  for await (const fact of facts) {
    if (fact.about === 'nothing') continue;
    await tryOne(needs.log, async () => {
      const handled = await recordFact(needs, provider, fact);
      if (handled === 'unknown' || handled === 'wrong money')
        needs.log.warn({ provider: provider.name, fact, handled }, 'a listed fact is not ours');
    });
    if (fact.about === 'refund') known.refunds.set(fact.ref, fact);
    else if (isPaymentSn(fact.sn)) known.payments.set(fact.sn, fact.payment);
  }
  return addedUp(known);
}

/**
 * What a list says of each payment and each refund in the end. A list that grows while it is read
 * can name one of them twice, and need not name a payment before its refunds.
 */
type Known = { payments: Map<string, ProviderPayment>; refunds: Map<string, RefundFact> };

function addedUp({ payments, refunds }: Known): Listed {
  const listed: Listed = { held: new Map(), refunds: [] };
  for (const [sn, payment] of payments)
    listed.held.set(sn, { paid: payment.state === 'SUCCESS' ? payment : null, refunded: 0 });
  for (const fact of refunds.values()) {
    // It is booked when it has succeeded. Until then, what it gives back is there and with us.
    if (fact.sn === null && fact.refund.state === 'WAIT') continue;
    const of = fact.paymentSn ? listed.held.get(fact.paymentSn) : undefined;
    if (!of) listed.refunds.push(fact);
    else if (fact.refund.state !== 'FAILED') of.refunded += fact.amount;
  }
  return listed;
}
