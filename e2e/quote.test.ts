import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dateIn, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../testing/system.ts';
import { ana, ben, host } from '../testing/tokens.ts';

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

test('a search shows, orders and bounds by what the dates cost, as a quote has it', async () => {
  const [checkIn, next, checkOut] = [dateIn(60), dateIn(61), dateIn(62)];
  const set = `mutation ($input: SetNightPricesInput!) {
    setNightPrices(input: $input) { __typename } }`;
  const priced = (homestayId: string, to: string, amount: number) =>
    system.ask(host, set, {
      input: { homestayId, from: checkIn, to, price: { amount, currency: 'CNY' } },
    });
  await priced('home-2', checkOut, 5_000);
  await priced('home-1', next, 30_000);

  const list = `query ($filter: HomestayFilter, $sort: HomestaySort!, $after: String,
    $first: Int!, $stay: StayInput!, $input: QuoteInput!) {
    homestays(first: $first, after: $after, filter: $filter, sort: $sort) {
      totalCount
      nodes { id stayTotal(stay: $stay) { amount }
        quote(input: $input) { ... on HomestayQuote { homestayTotal { amount } } } }
      pageInfo { hasNextPage endCursor } } }`;
  type Found = { id: string; stayTotal: object; quote: { homestayTotal: object } };
  type Page = {
    totalCount: number;
    nodes: Found[];
    pageInfo: { hasNextPage: boolean; endCursor: string };
  };
  const dates = { checkIn, checkOut };
  const search = async (sort: string, max: number | null = null, first = 10, after?: string) => {
    const filter = { stay: dates, price: { currency: 'CNY', max } };
    const input = { ...dates, guests: 1 };
    const variables = { filter, sort, first, after, stay: dates, input };
    return (await system.ask<{ homestays: Page }>(null, list, variables)).homestays;
  };
  const keys = ({ nodes }: Page) => nodes.map(({ id }) => id.split(':')[1]);

  const cheapest = await search('CHEAPEST');
  expect(keys(cheapest)).toEqual(['home-2', 'home-0', 'home-1']);
  for (const { stayTotal, quote: quoted } of cheapest.nodes)
    expect(stayTotal).toEqual(quoted.homestayTotal);
  expect(keys(await search('DEAREST'))).toEqual(['home-1', 'home-0', 'home-2']);
  const seen: (string | undefined)[] = [];
  for (let after: string | undefined; seen.length < 3; ) {
    const page = await search('CHEAPEST', null, 1, after);
    seen.push(...keys(page));
    expect(page.pageInfo.hasNextPage).toBe(seen.length < 3);
    after = page.pageInfo.endCursor;
  }
  expect(seen).toEqual(keys(cheapest));

  for (const sort of ['CHEAPEST', 'RECOMMENDED'])
    expect(await search(sort, 5_000)).toMatchObject({
      totalCount: 1,
      nodes: [{ id: expect.stringMatching('home-2') }],
    });
});
