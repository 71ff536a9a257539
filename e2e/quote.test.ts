import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dateIn, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../testing/system.ts';
import { ana, ben } from '../testing/tokens.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ parts: withoutScheduler, homestays: 3 });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const operation = (name: string) =>
  readFileSync(new URL(`../schema/operations/${name}.graphql`, import.meta.url), 'utf8');
const query = ['quote-stay', 'amount', 'refusal'].map(operation).join('\n');
const stay = { checkIn: dateIn(30), checkOut: dateIn(32), guests: 2 };

type Quote = {
  total?: object;
  nightLines?: object[];
  refundTerms?: object[];
  reason?: string;
  code?: string;
  also?: { code: string }[];
  ownOrderSn?: string | null;
};
async function quote(homestayId: string, input: object, user = ana): Promise<Quote> {
  type Data = { serverTime: string; homestay: { quote: Quote } };
  const data = await system.ask<Data>(user, query, { homestayId, input });
  expect(Math.abs(new Date(data.serverTime).getTime() - Date.now())).toBeLessThan(60_000);
  return data.homestay.quote;
}

test('a quote is what the order then costs', async () => {
  const quoted = await quote('home-0', stay);
  const { total } = await story.place({ homestayId: 'home-0', ...stay });
  expect(quoted.total).toEqual(expect.objectContaining(total));
  expect(quoted.nightLines).toHaveLength(2);
  expect(quoted.refundTerms).toEqual([
    { until: dateIn(23), percent: 100 },
    { until: dateIn(29), percent: 50 },
  ]);
});

test('taken nights are refused, and an own unpaid order is named to its traveller alone', async () => {
  const { sn } = await story.place({ homestayId: 'home-1', ...stay });
  expect(await quote('home-1', stay)).toMatchObject({ reason: 'NIGHTS_TAKEN', ownOrderSn: sn });
  expect(await quote('home-1', stay, ben)).toMatchObject({ ownOrderSn: null });
});

test('all mistakes are answered at once', async () => {
  const wrong = { checkIn: dateIn(-2), checkOut: dateIn(-3), guests: 0 };
  const { code, also } = await quote('home-2', wrong);
  expect([code, ...(also ?? []).map((one) => one.code)]).toEqual([
    'CHECK_OUT_NOT_AFTER_CHECK_IN',
    'CHECK_IN_PAST',
    'GUESTS_OUT_OF_RANGE',
  ]);
});
