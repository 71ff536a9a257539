import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { moneyText } from '../runtime/currency.ts';
import type { Ask } from './ask.ts';
import {
  browseHomestays,
  findStays,
  type Night,
  type OfferedHomestay,
  type Stay,
} from './free-stay.ts';
import type { Say } from './mongodb/engine.ts';

export type StoryNeeds = {
  askAs: (userId: string, roles?: readonly string[]) => Promise<Ask>;
  say: Say;
};

type Order = {
  __typename: 'HomestayOrder';
  sn: string;
  state: string;
  createdAt: string;
  closeAt: string;
  ticketCode: string | null;
  total: OfferedHomestay['price'];
  snapshot: { hostId: string };
};
type OrderResult = Order | { __typename: 'OrderRefused'; reason: string; message: string };

const orderFields = `__typename
  ... on HomestayOrder { sn state createdAt closeAt ticketCode total { amount currency } snapshot { hostId } }`;
const orderResult = `${orderFields} ... on OrderRefused { reason message }`;

/** The story waits for a deadline that is at most this far away. */
const patienceMs = 60_000;

/**
 * Plays one story from browsing to check-in, and prints each step.
 * @throws if a step does not go as expected
 */
export async function playStory({ askAs, say }: StoryNeeds): Promise<void> {
  const anna = await askAs(`anna-${randomUUID().slice(0, 8)}`);
  let steps = 0;
  const step = (title: string) => {
    steps += 1;
    say(`\n${steps}. ${title}`);
  };

  step('Anna looks around');
  const homestays = await browseHomestays(anna, new Date());
  for (const { title, city, price } of homestays.slice(0, 5))
    say(`   ${title}, ${city}: ${moneyText(price)} a night`);
  const found = findStays(homestays, 2);
  if (!found)
    throw new Error(
      'No homestay has two free stays in the weeks to come: import more, or start with new data.',
    );
  const { homestay } = found;
  const [first, second] = found.stays as [Stay, Stay];

  step(`She chooses ${homestay.title} and looks which nights are free`);
  say(`   ${calendar(homestay.availability.slice(0, 14))}`);
  say(`   free: ${stayText(first)}, and ${stayText(second)}`);

  step('She orders both stays; their nights are held for her');
  const [paid, unpaid] = [await place(anna, homestay, first), await place(anna, homestay, second)];
  for (const order of [paid, unpaid])
    say(`   ${order.sn}: ${moneyText(order.total)}, closes itself at ${order.closeAt}`);

  step('Ben wants nights of the first stay too');
  const ben = await askAs('ben');
  say(`   refused: ${refusal(await create(ben, homestay, first), 'NIGHTS_TAKEN')}`);

  step('Anna pays the first order, at the sandbox provider');
  const ticket = await payAndWait(anna, paid.sn, say);

  step('Her host tries to check her in today');
  const host = await askAs(paid.snapshot.hostId, ['host']);
  const early = await host<{ checkInGuest: OrderResult }>(
    `mutation ($sn: ID!, $code: String!) { checkInGuest(input: { orderSn: $sn, ticketCode: $code }) { ${orderResult} } }`,
    { sn: paid.sn, code: ticket },
  );
  say(`   refused: ${refusal(early.checkInGuest, 'CHECK_IN_TOO_EARLY')}`);

  const waitMs = Date.parse(unpaid.closeAt) - Date.parse(unpaid.createdAt);
  if (waitMs <= patienceMs) {
    step('The second order is not paid: it closes itself');
    await watchClosing(anna, unpaid, say);
  } else {
    step(
      `The second order would close itself in ${Math.round(waitMs / 60_000)} minutes; Anna cancels it instead`,
    );
    await cancel(anna, unpaid.sn);
    say('   To watch an order close itself, run the demo without `--here`.');
  }

  step('The nights of the closed order are free again; those of the paid one stay taken');
  const now = await availability(anna, homestay.id, first.checkIn, second.checkOut);
  say(`   ${calendar(now)}`);
  expectNights(now, first, false);
  expectNights(now, second, true);
  say('\nThat is the story: one stay is booked, and nobody had to clean up after the other.');
}

async function create(ask: Ask, { id }: OfferedHomestay, stay: Stay): Promise<OrderResult> {
  const input = { homestayId: id, ...stay, guests: 1, idempotencyKey: randomUUID() };
  const answer = await ask<{ createHomestayOrder: OrderResult }>(
    `mutation ($input: CreateHomestayOrderInput!) { createHomestayOrder(input: $input) { ${orderResult} } }`,
    { input },
  );
  return answer.createHomestayOrder;
}

async function place(ask: Ask, homestay: OfferedHomestay, stay: Stay): Promise<Order> {
  const result = await create(ask, homestay, stay);
  if (result.__typename === 'HomestayOrder') return result;
  throw new Error(`The order was refused: ${result.message}`);
}

function refusal(result: OrderResult, expected: string): string {
  if (result.__typename === 'OrderRefused' && result.reason === expected) return result.message;
  throw new Error(`This should have been refused as ${expected}: ${JSON.stringify(result)}`);
}

const orderOf = async (ask: Ask, sn: string): Promise<Order> =>
  (
    await ask<{ homestayOrder: Order }>(
      `query ($sn: ID!) { homestayOrder(sn: $sn) { ${orderFields} } }`,
      { sn },
    )
  ).homestayOrder;

/**
 * Pays on the provider's page as a person does, and waits until the order is paid. Returns the
 * ticket code.
 */
async function payAndWait(ask: Ask, sn: string, say: Say): Promise<string> {
  const { payHomestayOrder: payment } = await ask<{
    payHomestayOrder: { payUrl?: string; message?: string };
  }>(
    `mutation ($sn: ID!) { payHomestayOrder(input: { orderSn: $sn, method: SANDBOX }) {
      ... on Payment { payUrl } ... on PaymentRefused { message } } }`,
    { sn },
  );
  if (!payment.payUrl) throw new Error(`Paying was refused: ${payment.message}`);
  say(`   she is sent to ${payment.payUrl} and presses "Pay"`);
  await fetch(payment.payUrl, { method: 'POST', body: new URLSearchParams({ outcome: 'pay' }) });
  const order = await waitFor(ask, sn, 'WAIT_USE', 30_000);
  say(
    `   the provider's webhook has arrived: the order is ${order.state}, her ticket code is ${order.ticketCode}`,
  );
  return order.ticketCode ?? '';
}

/** Waits until the order is in this state. @throws after a limit */
async function waitFor(ask: Ask, sn: string, state: string, limitMs: number): Promise<Order> {
  for (const limit = Date.now() + limitMs; ; await sleep(200)) {
    const order = await orderOf(ask, sn);
    if (order.state === state) return order;
    if (Date.now() > limit)
      throw new Error(`The order ${sn} is ${order.state}; it should be ${state} by now.`);
  }
}

const graceMs = 10_000;

/** Counts down to the deadline, and waits until the order is closed. */
async function watchClosing(ask: Ask, { sn, closeAt }: Order, say: Say): Promise<void> {
  const due = Date.parse(closeAt);
  for (let left = secondsTo(due); left > 0; left = secondsTo(due)) {
    say(`   ${left} s left`);
    await sleep(Math.min(left > 5 ? 2_000 : 1_000, due - Date.now()));
  }
  await waitFor(ask, sn, 'CANCELLED', graceMs);
  say(`   closed ${Math.max(0, (Date.now() - due) / 1_000).toFixed(1)} s after its deadline`);
}

const secondsTo = (instant: number): number => Math.ceil((instant - Date.now()) / 1_000);

async function cancel(ask: Ask, sn: string): Promise<void> {
  await ask(
    `mutation ($sn: ID!) { cancelHomestayOrder(input: { orderSn: $sn }) { ${orderResult} } }`,
    { sn },
  );
  await waitFor(ask, sn, 'CANCELLED', graceMs);
}

const availability = async (ask: Ask, id: string, from: string, to: string): Promise<Night[]> =>
  (
    await ask<{ homestay: { availability: Night[] } }>(
      'query ($id: ID!, $from: LocalDate!, $to: LocalDate!) { homestay(id: $id) { availability(from: $from, to: $to) { night free } } }',
      { id, from, to },
    )
  ).homestay.availability;

function expectNights(nights: readonly Night[], { checkIn, checkOut }: Stay, free: boolean): void {
  const wrong = nights.filter(
    ({ night, free: is }) => night >= checkIn && night < checkOut && is !== free,
  );
  if (wrong.length > 0)
    throw new Error(`These nights should be ${free ? 'free' : 'taken'}: ${JSON.stringify(wrong)}`);
}

const stayText = ({ checkIn, checkOut }: Stay): string => `${checkIn} to ${checkOut}`;

const calendar = (nights: readonly Night[]): string =>
  `${nights[0]?.night} ${nights.map(({ free }) => (free ? '·' : '■')).join(' ')} ${nights.at(-1)?.night}   · free  ■ taken`;
