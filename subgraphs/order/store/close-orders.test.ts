import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Document } from 'mongodb';
import { Registry } from 'prom-client';
import { type Database, openDatabase } from '../../../runtime/mongo.ts';
import { freshDatabase, testMongoUri } from '../../../testing/database.ts';
import { watchCommands } from '../../../testing/operations/watch-commands.ts';
import { type OrderStores, openOrderStores } from '../../../testing/order/open-stores.ts';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import type { DueOrders } from '../domain/due-orders.ts';
import type { Order } from '../domain/order.ts';
import { nightsOf } from '../domain/stay.ts';
import { orderCollection } from './order-document.ts';

let database: Database;
let store: OrderStores;
beforeAll(async () => {
  database = await freshDatabase('order');
  store = await openOrderStores(database);
});
afterAll(() => database.stop());

const year = 366 * 86_400_000;
let tests = 0;
/**
 * An instant of each test's own, before those of all tests that ran earlier: what they left open is
 * not due.
 */
const nextDeadline = () => new Date(Date.UTC(2030) - year * tests++);

const placed = async (closeAt: Date, given: Partial<Order> = {}) => {
  const order = sampleOrder({ closeAt, homestayId: crypto.randomUUID(), ...given });
  expect(await store.place(order)).toBe('placed');
  return order;
};
const due = (until: Date, given: Partial<DueOrders> = {}): DueOrders => ({
  kind: 'due',
  until,
  now: until,
  ...given,
});
/** Looks what is due, and closes it. */
const closeDue = async (which: DueOrders, limit = 500) =>
  store.closeDue(which, await store.dueOrders(which, [], limit));
const onlyDue = async ({ sn, closeAt }: Order) =>
  (await store.dueOrders(due(closeAt), [], 500)).filter((one) => one.sn === sn);
const heldBy = async (order: Order) =>
  (await store.heldNights(order.homestayId, nightsOf(order))).length;
const stateOf = async ({ sn }: Order) => (await store.order(sn))?.state;

test('exactly the due orders are closed, and exactly their nights are free', async () => {
  const deadline = nextDeadline();
  const overdue = await placed(deadline);
  const waiting = await placed(new Date(deadline.getTime() + 1_000));
  const paid = await placed(deadline, { state: 'WAIT_USE' });

  expect(await closeDue(due(deadline))).toBe(1);
  expect(await store.order(overdue.sn)).toMatchObject({
    state: 'CANCELLED',
    version: 2,
    history: [{}, { state: 'CANCELLED', cause: 'DEADLINE_PASSED', at: deadline }],
  });
  expect(await heldBy(overdue)).toBe(0);
  for (const order of [waiting, paid]) {
    expect(await store.order(order.sn)).toEqual(order);
    expect(await heldBy(order)).toBe(2);
  }
  expect(await closeDue(due(deadline))).toBe(0);
});

test('due orders are taken up to a limit, only some, or all but some', async () => {
  const deadline = nextDeadline();
  const [a, b, c] = [await placed(deadline), await placed(deadline), await placed(deadline)];
  expect(await store.dueOrders(due(deadline), [], 2)).toHaveLength(2);
  const found = await store.dueOrders(due(deadline), [a.sn, c.sn], 500);
  expect(found.map(({ sn }) => sn)).toEqual([b.sn]);
  expect(await store.closeDue(due(deadline), found)).toBe(1);
  expect(await stateOf(b)).toBe('CANCELLED');
  expect(await closeDue(due(deadline), 1)).toBe(1);
  expect(await closeDue(due(deadline))).toBe(1);
});

test('an order with an attempt stays open, until it has no answer for too long', async () => {
  const deadline = nextDeadline();
  const order = await placed(deadline, { attempt: { paymentSn: 'PMT1', closeFrom: deadline } });
  expect(await closeDue(due(deadline))).toBe(0);
  const unanswered = (until: Date) => closeDue(due(until, { kind: 'unanswered' }));
  expect(await unanswered(new Date(deadline.getTime() - 1))).toBe(0);
  expect(await unanswered(deadline)).toBe(1);
  expect(await stateOf(order)).toBe('CANCELLED');
  expect(await heldBy(order)).toBe(0);
  expect(await store.attemptsToClose(deadline, '', 10)).toEqual([
    { orderSn: order.sn, paymentSn: 'PMT1' },
  ]);
});

test('what is no longer due when its transaction begins stays as it is, with its nights', async () => {
  const deadline = nextDeadline();
  const [open, paid, held] = [
    await placed(deadline),
    await placed(deadline),
    await placed(deadline),
  ];
  const found = await store.dueOrders(due(deadline), [], 500);
  await store.change({ sn: paid.sn, cause: 'PAID', at: deadline, paymentSn: 'PMT1' });
  const attempt = { paymentSn: 'PMT2', closeFrom: deadline };
  await orderCollection(database.db).updateOne({ _id: held.sn }, { $set: { attempt } });
  expect(await store.closeDue(due(deadline), found)).toBe(1);
  expect(await stateOf(open)).toBe('CANCELLED');
  expect([await stateOf(paid), await heldBy(paid)]).toEqual(['WAIT_USE', 2]);
  expect([await stateOf(held), await heldBy(held)]).toEqual(['WAIT_PAY', 2]);
});

test('a batch is found by its keys: no index of all that is due is tried for it', async () => {
  const deadline = nextDeadline();
  const writes = watchCommands(({ commandName, command }) =>
    commandName === 'update' ? [command] : [],
  );
  const { databaseName } = database.db;
  const monitored = await openDatabase(testMongoUri(), databaseName, { metrics: new Registry() });
  const orders = [await placed(deadline), await placed(deadline), await placed(deadline)];
  try {
    const of = due(deadline);
    const found = await store.dueOrders(of, [], 2);
    expect(await openOrderStores(monitored).closeDue(of, found)).toBe(2);
  } finally {
    writes.stop();
    await monitored.stop();
  }
  const plans = await Promise.all(
    writes.sent.map(async ({ update, updates }) => {
      const explain = { update, updates };
      return (await database.db.command({ explain, verbosity: 'queryPlanner' })).queryPlanner;
    }),
  );
  expect(
    plans.map(({ winningPlan, rejectedPlans }) => [indexesIn(winningPlan), rejectedPlans]),
  ).toEqual([[['_id_'], []]]);
  expect(await Promise.all(orders.map(stateOf))).toContain('WAIT_PAY');
  await closeDue(due(deadline));
});

/** The indexes that a plan reads. */
const indexesIn = ({ indexName, inputStage, inputStages = [] }: Document): string[] => [
  ...(indexName ? [indexName] : []),
  ...[...inputStages, ...(inputStage ? [inputStage] : [])].flatMap(indexesIn),
];

test('several processes at once close each order once', async () => {
  const deadline = nextDeadline();
  const orders = await Promise.all(Array.from({ length: 60 }, () => placed(deadline)));
  const closeAll = async () => {
    let all = 0;
    for (let some = -1; some !== 0; all += some)
      some = (await closeDue(due(deadline), 25)) as number;
    return all;
  };
  const closed = await Promise.all([closeAll(), closeAll(), closeAll()]);
  expect(closed.reduce((sum, some) => sum + some)).toBe(60);
  const stored = await store.ordersBySn(orders.map(({ sn }) => sn));
  expect(new Set(stored.map(({ state, version }) => `${state} ${version}`))).toEqual(
    new Set(['CANCELLED 2']),
  );
});

test.each([
  ['a history that is no list', { history: 'lost' }],
  ['a version that is no number', { version: 'one' }],
])('%s is answered with an error, and nothing is closed', async (_title, damage) => {
  const deadline = nextDeadline();
  const [good, bad] = [await placed(deadline), await placed(deadline)];
  const orders = orderCollection(database.db);
  // As an older or a foreign program may have left it.
  const options = { bypassDocumentValidation: true };
  await orders.updateOne({ _id: bad.sn }, { $set: damage as object }, options);
  expect(await closeDue(due(deadline))).toBeInstanceOf(Error);
  expect(await stateOf(good)).toBe('WAIT_PAY');
  expect(await heldBy(good)).toBe(2);
  expect(await store.closeDue(due(deadline), await onlyDue(good))).toBe(1);
  await orders.deleteOne({ _id: bad.sn });
});
