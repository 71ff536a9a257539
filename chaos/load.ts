import { setTimeout as delay } from 'node:timers/promises';
import { Agent } from 'undici';
import type { Stop } from '../runtime/lifecycle.ts';
import { ask } from '../testing/client.ts';
import { oneOf } from '../testing/random.ts';
import { dateIn, type OrderAnswer, payOnPage, storyOf } from '../testing/story.ts';
import { tokenOf, type User } from '../testing/tokens.ts';
import { type Fleet, homestays } from './fleet.ts';

/** What travellers were told, and hold us to. */
export type Ledger = {
  placed: Set<string>;
  /** Orders of which the provider told a traveller that they are paid. */
  paid: Set<string>;
  /** Orders of which we told a traveller that they are cancelled. */
  cancelled: Set<string>;
};

/** One request of a traveller. */
export type Seen = { from: number; to: number; outcome: 'answered' | string };

export type Load = { ledger: Ledger; seen: Seen[]; stop: Stop };

const travellers = 8;
const againAfterMs = 500;
const patienceMs = 60_000;

/** Travellers who order, pay, cancel or do nothing, and who repeat what is not answered. */
export function startLoad(fleet: Fleet, random: () => number): Load {
  const ledger: Ledger = { placed: new Set(), paid: new Set(), cancelled: new Set() };
  const seen: Seen[] = [];
  const stopping = new AbortController();
  const dispatcher = new Agent({ headersTimeout: 30_000, connect: { timeout: 5_000 } });
  const running = Array.from({ length: travellers }, (_, number) => {
    const traveller = travellerAt(fleet, { user: { id: `traveller-${number}` }, seen, dispatcher });
    return live({ traveller, ledger, random, signal: stopping.signal });
  });
  return {
    ledger,
    seen,
    async stop() {
      stopping.abort();
      await Promise.all(running);
      await dispatcher.close();
    },
  };
}

type Needs = { user: User; seen: Seen[]; dispatcher: Agent };

/** One traveller's part, each request noted. */
function travellerAt({ gatewayUrl }: Fleet, { user, seen, dispatcher }: Needs) {
  const noted = async <T>(work: () => Promise<T>): Promise<T> => {
    const from = Date.now();
    const note = (outcome: string) => void seen.push({ from, to: Date.now(), outcome });
    try {
      const answer = await work();
      note('answered');
      return answer;
    } catch (error) {
      note((error as Error).message);
      throw error;
    }
  };
  const story = storyOf({
    ask: (_user, query, variables = {}) =>
      noted(async () => {
        const token = await tokenOf(user);
        const answer = await ask(gatewayUrl, query, { variables, token, dispatcher }).catch(
          ({ code }) => Promise.reject(new Error(code ?? 'no answer')),
        );
        if (answer.errors) throw new Error(String(answer.errors[0]?.extensions.code));
        return answer.data as never;
      }),
  });
  return { story, payAt: (payUrl: string) => noted(() => paysOnPage(payUrl)) };
}

type Life = {
  traveller: ReturnType<typeof travellerAt>;
  ledger: Ledger;
  random: () => number;
  signal: AbortSignal;
};

async function live({ traveller, ledger, random, signal }: Life): Promise<void> {
  const again = <T>(work: () => Promise<T>) => repeat(work, signal);
  while (!signal.aborted) {
    const day = 5 + Math.floor(random() * 300);
    const input = {
      homestayId: `home-${Math.floor(random() * homestays)}`,
      ...{ checkIn: dateIn(day), checkOut: dateIn(day + 1) },
      idempotencyKey: crypto.randomUUID(),
    };
    const order = await again(() => traveller.story.place(input));
    if (order?.sn) {
      ledger.placed.add(order.sn);
      await continueWith(order, { traveller, ledger, random, signal });
    }
    await delay(100 + random() * 300, undefined, { signal }).catch(() => {});
  }
}

async function continueWith(order: OrderAnswer, { traveller, ledger, random, signal }: Life) {
  const again = <T>(work: () => Promise<T>) => repeat(work, signal);
  const next = oneOf(random, ['pay', 'pay', 'pay', 'cancel', 'leave it'] as const);
  if (next === 'cancel') {
    const answer = await again(() => traveller.story.cancel(order.sn));
    if (answer?.state === 'CANCELLED') ledger.cancelled.add(order.sn);
  }
  if (next !== 'pay') return;
  const payment = await again(async () => {
    const begun = await traveller.story.pay(order.sn);
    if (begun.reason === 'PROVIDER_UNAVAILABLE') throw new Error(begun.reason);
    return begun;
  });
  if (!payment?.payUrl) return;
  // Once: who is not told that it is paid has not paid for sure.
  if (await traveller.payAt(payment.payUrl).catch(() => false)) ledger.paid.add(order.sn);
}

/** Pays, and reads on the page whether it is paid: it may have been too late. */
async function paysOnPage(payUrl: string): Promise<boolean> {
  await payOnPage(payUrl);
  const page = await fetch(payUrl);
  return /role="status">Paid\./.test(await page.text());
}

/** Tries until there is an answer; undefined if the traveller gives up. */
async function repeat<T>(work: () => Promise<T>, signal: AbortSignal): Promise<T | undefined> {
  const end = Date.now() + patienceMs;
  while (Date.now() < end && !signal.aborted) {
    try {
      return await work();
    } catch {
      await delay(againAfterMs);
    }
  }
  return undefined;
}
