import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Served, serve } from '../../../../testing/serve.ts';
import { type Provider, type ProviderFact, ProviderUnavailable } from '../../domain/provider.ts';
import { stripeProvider } from './stripe-provider.ts';

type Page = { data: object[]; has_more: boolean };

/** The pages of the list of sessions; the last one again and again. */
let pages: Page[];
let provider: Provider;
let server: Served;
beforeAll(async () => {
  server = await serve((request, response) => {
    const isOfSessions = request.url?.startsWith('/v1/checkout/sessions');
    const page = isOfSessions
      ? ((pages.length > 1 ? pages.shift() : pages[0]) as Page)
      : { data: [], has_more: false };
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ object: 'list', ...page }));
  });
  provider = stripeProvider({
    ...{ secretKey: 'sk', webhookSecret: 'whsec', url: server.url, timeoutMs: 10_000 },
    returnUrl: 'https://stay.example',
  });
});
afterAll(async () => {
  await provider?.stop();
  await server?.stop();
});

const session = (n: number) => ({
  ...{ id: `cs_${n}`, object: 'checkout.session', client_reference_id: `PMT${n}`, created: 1 },
  ...{ status: 'open', payment_status: 'unpaid', payment_intent: null },
});
async function listed(): Promise<string[]> {
  const sns: string[] = [];
  for await (const fact of provider.facts?.(new Date(0)) as AsyncIterable<ProviderFact>)
    if (fact.about === 'payment') sns.push(fact.sn);
  return sns;
}

test('what two pages of a list name is told once', async () => {
  pages = [
    { data: [session(1), session(2)], has_more: true },
    { data: [session(2), session(3)], has_more: true },
    { data: [session(1)], has_more: false },
  ];
  expect(await listed()).toEqual(['PMT1', 'PMT2', 'PMT3']);
});

test('a list that repeats its page for ever is given up', async () => {
  pages = [{ data: [session(1), session(2)], has_more: true }];
  await expect(listed()).rejects.toThrow(ProviderUnavailable);
});
