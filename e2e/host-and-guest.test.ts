import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '../testing/eventually.ts';
import { dateIn, payOnPage, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { ana, ben, host } from '../testing/tokens.ts';

let system: TestSystem;
let story: ReturnType<typeof storyOf>;
beforeAll(async () => {
  system = await startTestSystem({ homestays: 10 });
  story = storyOf(system);
});
afterAll(() => system?.stop());

const refusal = '... on Refused { code message path limits { min max currency } }';
type Answer = Record<string, unknown>;
const change = async (
  field: string,
  type: string,
  input: Answer,
  selection: string,
  user = host,
) => {
  const query = `mutation Change($input: ${type}!) {
    ${field}(input: $input) { __typename ${selection} ${refusal} } }`;
  return (await system.ask<Record<string, Answer>>(user, query, { input }))[field] as Answer;
};
const listedIds = async (filter: string): Promise<string[]> => {
  type Data = { homestays: { nodes: { id: string }[] } };
  const query = `{ homestays(first: 50, filter: ${filter}) { nodes { id } } }`;
  return (await system.ask<Data>(null, query)).homestays.nodes.map(({ id }) => id);
};

describe('a host', () => {
  const edit = (input: Answer, user = host) =>
    change(
      'editHomestay',
      'EditHomestayInput',
      { homestayId: 'home-1', ...input },
      '... on Homestay { title maximumNights onShelf }',
      user,
    );

  test('edits a homestay, which the lists show at once; another host can’t', async () => {
    expect(await edit({ title: 'Boat house', maximumNights: 3 })).toMatchObject({
      title: 'Boat house',
      maximumNights: 3,
    });
    expect(await listedIds('{ text: "boat" }')).toEqual(['Homestay:home-1']);
    expect(await edit({ maximumNights: null })).toMatchObject({ maximumNights: null });
    expect(await edit({ title: 'Mine now' }, ben)).toMatchObject({
      code: 'HOMESTAY_UNKNOWN',
      path: ['input', 'homestayId'],
    });
  });

  test('gives a homestay pictures', async () => {
    const image = { url: 'https://pictures.example/lake.jpg', alt: 'The lake' };
    const selection = '... on Homestay { images { url alt } }';
    const input = { homestayId: 'home-7', images: [image] };
    expect(await change('editHomestay', 'EditHomestayInput', input, selection)).toMatchObject({
      images: [image],
    });
    const unsafe = { homestayId: 'home-7', images: [{ url: 'http://pictures.example/lake.jpg' }] };
    expect(await change('editHomestay', 'EditHomestayInput', unsafe, selection)).toMatchObject({
      code: 'IMAGE_INVALID',
      path: ['input', 'images'],
    });
  });

  test('gets every mistake at once, with the limits', async () => {
    const selection = '... on HostRefused { also { code path limits { min max } } }';
    const input = { homestayId: 'home-1', title: 'x'.repeat(201), capacity: 0 };
    expect(await change('editHomestay', 'EditHomestayInput', input, selection)).toMatchObject({
      code: 'TEXT_TOO_LONG',
      path: ['input', 'title'],
      limits: { max: 200 },
      also: [{ code: 'NUMBER_OUT_OF_RANGE', limits: { min: 1, max: 1_000 } }],
    });
  });

  test('takes a homestay off the shelf: nobody can order it until it is back', async () => {
    await edit({ onShelf: false });
    expect(await listedIds('{}')).not.toContain('Homestay:home-1');
    expect(await story.place({ homestayId: 'home-1' })).toMatchObject({
      reason: 'HOMESTAY_OFF_SHELF',
    });
    await edit({ onShelf: true });
    expect(await listedIds('{}')).toContain('Homestay:home-1');
  });

  test('closes the shop and sees its homestays all the same; others see none', async () => {
    const open = (is: boolean) =>
      change(
        'editHomestayShop',
        'EditHomestayShopInput',
        { shopId: 'HomestayShop:shop', open: is },
        '... on HomestayShop { open }',
      );
    expect(await open(false)).toMatchObject({ open: false });
    expect(await listedIds('{}')).toEqual([]);
    expect(await story.place({ homestayId: 'home-1' })).toMatchObject({ reason: 'SHOP_CLOSED' });
    type Data = { myHomestayShops: { nodes: { homestays: { nodes: unknown[] } }[] } };
    const query = `{ myHomestayShops { nodes { id homestays(all: true) { nodes { id } } } } }`;
    const { myHomestayShops } = await system.ask<Data>(host, query);
    expect(myHomestayShops.nodes.map(({ homestays }) => homestays.nodes.length)).toEqual([10]);
    expect((await system.ask<Data>(ben, query)).myHomestayShops.nodes).toEqual([]);
    const shop = `{ homestayShop(id: "shop") { homestays(all: true) { nodes { id } } } }`;
    expect(await system.ask(ben, shop)).toEqual({ homestayShop: { homestays: { nodes: [] } } });
    await open(true);
    expect(await listedIds('{}')).toHaveLength(10);
  });

  test('prices nights, and an order costs what its nights cost', async () => {
    const price = (amount: number | null) =>
      change(
        'setNightPrices',
        'SetNightPricesInput',
        {
          homestayId: 'home-2',
          from: dateIn(21),
          to: dateIn(22),
          price: amount && { amount, currency: 'CNY' },
        },
        `... on Homestay { nightPrices(from: "${dateIn(20)}", to: "${dateIn(23)}") {
           night price { amount } } }`,
      );
    expect(await price(77_700)).toMatchObject({
      nightPrices: [
        { night: dateIn(20), price: { amount: 10_000 } },
        { night: dateIn(21), price: { amount: 77_700 } },
        { night: dateIn(22), price: { amount: 10_000 } },
      ],
    });
    const stay = { homestayId: 'home-2', checkIn: dateIn(20), checkOut: dateIn(23) };
    expect((await story.place(stay)).total).toEqual({ amount: 97_700, currency: 'CNY' });
    await price(null);
    const next = { homestayId: 'home-2', checkIn: dateIn(23), checkOut: dateIn(24) };
    expect((await story.place(next)).total.amount).toBe(10_000);
  });

  const nights = (field: string, from: number, to: number, user = host) =>
    change(
      field,
      'NightsInput',
      { homestayId: 'home-3', from: dateIn(from), to: dateIn(to) },
      `... on Homestay { id availability(from: "${dateIn(30)}", to: "${dateIn(33)}") { free } }
       ... on OrderRefused { takenNights }`,
      user,
    );

  test('blocks nights: they are not free, not listed and can’t be ordered, until they are open', async () => {
    const stay = { checkIn: dateIn(30), checkOut: dateIn(33) };
    const filter = `{ stay: { checkIn: "${stay.checkIn}", checkOut: "${stay.checkOut}" } }`;
    expect(await nights('blockNights', 31, 32)).toMatchObject({
      id: 'Homestay:home-3',
      availability: [{ free: true }, { free: false }, { free: true }],
    });
    expect(await nights('blockNights', 30, 32)).toMatchObject({ __typename: 'Homestay' });
    expect(await listedIds(filter)).not.toContain('Homestay:home-3');
    expect(await story.place({ ...stay, homestayId: 'home-3' })).toMatchObject({
      reason: 'NIGHTS_TAKEN',
      takenNights: [dateIn(30), dateIn(31)],
    });
    expect(await nights('openNights', 30, 33, ben)).toMatchObject({ code: 'HOMESTAY_UNKNOWN' });
    await nights('openNights', 30, 33);
    expect(await listedIds(filter)).toContain('Homestay:home-3');
    expect(await story.place({ ...stay, homestayId: 'home-3' })).toMatchObject({
      state: 'WAIT_PAY',
    });
  });

  test('can neither block nor open nights that an order holds', async () => {
    expect(await nights('blockNights', 29, 31)).toMatchObject({
      code: 'NIGHTS_TAKEN',
      takenNights: [dateIn(30)],
    });
    await nights('openNights', 29, 33);
    expect(await story.freeNights('home-3', dateIn(29), dateIn(31))).toEqual([dateIn(29)]);
  });
});

test('of a host who blocks a night and a traveller who orders it at once, one gets it', async () => {
  for (let day = 50; day < 62; day += 1) {
    const range = { homestayId: 'home-4', from: dateIn(day), to: dateIn(day + 1) };
    const [blocked, placed] = await Promise.all([
      change('blockNights', 'NightsInput', range, '... on Homestay { id }'),
      story.place(
        { homestayId: 'home-4', checkIn: range.from, checkOut: range.to },
        { id: `guest-${day}` },
      ),
    ]);
    const outcome = [blocked.__typename, placed.__typename];
    expect([
      ['Homestay', 'OrderRefused'],
      ['OrderRefused', 'HomestayOrder'],
    ]).toContainEqual(outcome);
  }
});

test('a guest comments once on a used stay, and the rating moves', async () => {
  const stay = { homestayId: 'home-5', checkIn: dateIn(0), checkOut: dateIn(1) };
  const { sn } = await story.place(stay);
  const comment = (input: Answer = {}, user = ana) =>
    change(
      'commentOnStay',
      'CommentOnStayInput',
      { orderSn: sn, stars: 5, content: 'The lake at six.', author: 'Ana', ...input },
      '... on HomestayComment { id stars author }',
      user,
    );
  expect(await comment()).toMatchObject({ code: 'STAY_NOT_USED' });
  await payOnPage((await story.pay(sn)).payUrl as string);
  const paid = await eventually(async () => {
    const order = await story.see(sn);
    return order?.state === 'WAIT_USE' && order;
  });
  await story.checkIn(sn, paid.ticketCode as string);
  expect(await comment({}, ben)).toMatchObject({ code: 'ORDER_UNKNOWN' });
  expect(await comment({ stars: 6, content: ' ' })).toMatchObject({
    code: 'STARS_OUT_OF_RANGE',
    limits: { min: 1, max: 5 },
  });
  const first = await comment();
  expect(first).toMatchObject({ id: `HomestayComment:${sn}`, stars: 5, author: 'Ana' });
  expect(await comment()).toEqual(first);
  expect(await comment({ stars: 1 })).toMatchObject({ code: 'COMMENT_EXISTS' });
  const seen = await system.ask(
    null,
    '{ homestay(id: "home-5") { rating comments { nodes { id content } } } }',
  );
  expect(seen).toEqual({
    homestay: { rating: 5, comments: { nodes: [{ id: first.id, content: 'The lake at six.' }] } },
  });
});

test('what belongs to a user needs a token', async () => {
  const input = '{ homestayId: "home-8", title: "x" }';
  const write = `mutation { editHomestay(input: ${input}) { __typename } }`;
  for (const query of [write, '{ myHomestayShops { nodes { id } } }'])
    await expect(system.ask(null, query)).rejects.toThrow('UNAUTHORIZED_FIELD_OR_TYPE');
});

test('node reads a thing of every service again by its id', async () => {
  const { sn } = await story.place({ homestayId: 'home-6' });
  const { sn: paymentSn } = await story.pay(sn);
  const node = `... on Homestay { title } ... on HomestayShop { name }
    ... on HomestayOrder { sn orderState: state } ... on Payment { sn paymentState: state }
    ... on OrderWebhook { url }`;
  const read = (id: string, user = ana) =>
    system.ask<{ node: Answer | null }>(
      user,
      `query Read($id: ID!) { node(id: $id) { __typename id ${node} } }`,
      { id },
    );
  expect(await read('Homestay:home-6')).toMatchObject({
    node: { __typename: 'Homestay', id: 'Homestay:home-6', title: 'Lake house home-6' },
  });
  expect(await read('HomestayShop:shop')).toMatchObject({ node: { name: 'A shop' } });
  expect(await read(`HomestayOrder:${sn}`)).toMatchObject({
    node: { __typename: 'HomestayOrder', sn, orderState: 'WAIT_PAY' },
  });
  expect(await read(`Payment:${paymentSn}`)).toMatchObject({
    node: { __typename: 'Payment', sn: paymentSn, paymentState: 'WAIT' },
  });
  const input = { shopId: 'shop', url: 'https://stay.example/told' };
  const { registerOrderWebhook: registered } = await system.ask<{
    registerOrderWebhook: { webhook: { id: string } };
  }>(
    host,
    `mutation ($input: RegisterOrderWebhookInput!) { registerOrderWebhook(input: $input) {
      ... on OrderWebhookSecret { webhook { id } } } }`,
    { input },
  );
  expect(await read(registered.webhook.id, host)).toMatchObject({
    node: { __typename: 'OrderWebhook', url: input.url },
  });
  expect(await read('Homestay:none')).toEqual({ node: null });
  await expect(read(`HomestayOrder:${sn}`, ben)).rejects.toThrow();
});
