import type { NamedProvider, RawWebhook } from '../domain/provider.ts';
import { type Handled, type RecordFactNeeds, recordFact } from './record-fact.ts';

/** What became of a webhook. Only `handled` and `ignored` are answered with an OK. */
export type WebhookOutcome = Handled | 'forged';

/** Takes in what a provider sends us. If this returns `handled`, the fact is durable. */
export async function handleWebhook(
  needs: RecordFactNeeds,
  provider: NamedProvider,
  raw: RawWebhook,
): Promise<WebhookOutcome> {
  const fact = await provider.readWebhook(raw);
  return fact ? recordFact(needs, provider, fact) : 'forged';
}
