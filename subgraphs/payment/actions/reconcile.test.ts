import { beforeEach, expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import {
  sampleNow as now,
  samplePaid,
  samplePayment,
  sampleProviders,
  sampleRefund,
} from '../../../testing/payment/samples.ts';
import type { Booking, Difference } from '../domain/difference.ts';
import type { Payment } from '../domain/payment.ts';
import type { Refund } from '../domain/refund.ts';
import type { OrderAttempt } from './close-attempts.ts';
import { type ReconcileNeeds, reconcile } from './reconcile.ts';

const ago = (ms: number) => new Date(now.getTime() - ms);
const hour = 3_600_000;

/** What is stored, at the order and here. */
type World = {
  paid: Payment[];
  unsettled: Payment[];
  /** Settled, and paid long ago. */
  old: Payment[];
  refunds: Refund[];
  orders: Booking[];
  paidOrders: Booking[];
  held: { orderSn: string; refundSn: string }[];
  attempts: OrderAttempt[];
  stored: Difference[];
  /** What happens between the first look at a payment or an order and the second. */
  meanwhile(): void;
};
let world: World;
beforeEach(() => {
  world = {
    ...{ paid: [], unsettled: [], old: [], refunds: [], orders: [], paidOrders: [] },
    ...{ held: [], attempts: [], stored: [], meanwhile() {} },
  };
});

const payment = (given: Partial<Payment> = {}) => samplePaid({ changedAt: ago(hour), ...given });
const order = (given: Partial<Booking> = {}): Booking => ({
  ...{ sn: 'HSO1', payable: false, usable: true, ended: false },
  ...{ paymentSn: 'PMT1', refundSn: null, since: ago(hour) },
  ...{ shareOwed: null, missedDeadline: null, nightsHeld: 1, nightsDue: 1 },
  ...given,
});

/** All that was paid. */
const owed = { amount: 10_000, currency: 'CNY' };

const after = <Item>(items: Item[], snOf: (item: Item) => string, sn: string) =>
  items.filter((item) => snOf(item) > sn).slice(0, 2);

/** Runs a reconciliation that reads pages of two. Returns what it found and what it asked. */
async function found(more: Partial<ReconcileNeeds> = {}) {
  const saved: unknown[][] = [];
  const asked: unknown[][] = [];
  const ended: string[] = [];
  const compared: unknown[] = [];
  const all = () => [...world.paid, ...world.unsettled, ...world.old];
  const needs: ReconcileNeeds = inNextTurn({
    providers: sampleProviders({ limits: () => ({ smallest: 1, largest: 100_000, step: 100 }) }),
    now: async () => now,
    paidPayments: async (since, sn, limit) => {
      asked.push(['paid payments', since, limit]);
      return after(world.paid, (one) => one.sn, sn);
    },
    markCompared: async (sn, changedAt) => void compared.push([sn, changedAt]),
    unsettledPayments: async (sn, limit) => {
      asked.push(['unsettled payments', limit]);
      return after(world.unsettled, (one) => one.sn, sn);
    },
    paymentsBySn: async (sns) => all().filter(({ sn }) => sns.includes(sn)),
    refundsOfPayments: async (sns) => {
      const refunds = world.refunds.filter(({ paymentSn }) => sns.includes(paymentSn));
      world.meanwhile();
      return refunds;
    },
    bookings: async (sns) => {
      const orders = [...world.paidOrders, ...world.orders];
      return new Map(orders.filter(({ sn }) => sns.includes(sn)).map((one) => [one.sn, one]));
    },
    paidOrders: async (since, sn) => {
      asked.push(['paid orders', since]);
      const page = after(world.paidOrders, (one) => one.sn, sn);
      world.meanwhile();
      return page;
    },
    attemptsToClose: async (sn, first) => {
      asked.push(['attempts', first]);
      return after(world.attempts, (one) => one.orderSn, sn);
    },
    ordersHeldByRefunds: async (sn) => after(world.held, (one) => one.orderSn, sn),
    refundsBySn: async (sns) => world.refunds.filter(({ sn }) => sns.includes(sn)),
    endOrderRefund: async ({ refundSn }) => {
      ended.push(refundSn);
      world.held = world.held.filter((one) => one.refundSn !== refundSn);
    },
    differencesFrom: async () => world.stored,
    saveDifferences: async (...args) => {
      saved.push(args);
      return [...args[1]];
    },
    ...more,
  });
  const count = await reconcile(needs);
  expect(saved).toEqual([['ORDERS', expect.any(Array), now]]);
  const withBasis = saved[0]?.[1] as Difference[];
  expect(count).toBe(withBasis.length);
  const differences = withBasis.map(({ basis: _, ...difference }) => difference);
  return { differences, bases: withBasis.map(({ basis }) => basis), asked, ended, compared };
}

test('money that its order has is no difference', async () => {
  world.paid = [payment()];
  world.orders = [order()];
  world.paidOrders = [order()];
  expect((await found()).differences).toEqual([]);
});

test('payments and orders of the last two days are compared, and what is not settled', async () => {
  const { asked } = await found();
  expect(asked).toEqual([
    ['paid payments', ago(48 * hour), 500],
    ['unsettled payments', 500],
    ['paid orders', ago(48 * hour)],
    ['attempts', 500],
  ]);
});

test('money without a booking is found once, however often it is listed', async () => {
  world.paid = [payment()];
  world.unsettled = [payment()];
  expect((await found()).differences).toEqual([
    { kind: 'MONEY_WITHOUT_BOOKING', paymentSn: 'PMT1', orderSn: 'HSO1', owed },
  ]);
});

test('what is owed is named, down to the last cent', async () => {
  world.paid = [payment({ refunded: 9_999 })];
  expect((await found()).differences).toMatchObject([{ owed: { amount: 1, currency: 'CNY' } }]);
});

test('every page is looked at, and each payment with its own refunds', async () => {
  const sns = ['1', '2', '3', '4', '5'];
  world.paid = sns.map((n) => payment({ sn: `PMT${n}`, orderSn: `HSO${n}` }));
  world.orders = sns.map((n) => order({ sn: `HSO${n}`, paymentSn: `PMT${n}` }));
  const gone = { endsStay: true, open: false, state: 'SUCCESS' as const, createdAt: ago(hour) };
  world.refunds = [sampleRefund({ ...gone, sn: 'RFD5', paymentSn: 'PMT5', orderSn: 'HSO5' })];
  expect((await found()).differences).toEqual([
    { kind: 'REFUNDED_BUT_BOOKED', paymentSn: 'PMT5', orderSn: 'HSO5' },
  ]);
});

test.each([
  ['the payment changed 30 s ago', ago(30_000), ago(hour), 1],
  ['the payment changed less than 30 s ago', ago(29_999), ago(hour), 0],
  ['its order changed 30 s ago', ago(hour), ago(30_000), 1],
  ['its order changed less than 30 s ago', ago(hour), ago(29_999), 0],
])('money of another order when %s', async (_, changedAt, since, differences) => {
  world.paid = [payment({ changedAt })];
  world.orders = [order({ since, paymentSn: 'PMT9' })];
  expect((await found()).differences).toHaveLength(differences);
});

test('the share that is owed is rounded down as its provider refunds', async () => {
  const ending = { sn: 'RFD1', open: false, state: 'SUCCESS' as const };
  const after = async (refunded: number) => {
    world.paid = [payment({ amount: 10_199, refunded })];
    world.orders = [order({ usable: false, ended: true, refundSn: 'RFD1', shareOwed: 50 })];
    world.refunds = [sampleRefund({ ...ending, amount: refunded })];
    return (await found()).differences.map(({ kind }) => kind);
  };
  expect(await after(5_000)).toEqual([]);
  expect(await after(4_900)).toEqual(['ENDED_BUT_KEPT']);
});

test('unsettled money that agrees with its order is compared no more', async () => {
  const sns = ['1', '2', '3', '4', '5', '6', '7'];
  const given: Record<string, Partial<Payment>> = {
    2: { orderAnswer: undefined },
    3: { state: 'REFUNDING' },
    4: { changedAt: ago(29_999) },
    6: { orderAnswer: 'REFUSED' },
  };
  world.unsettled = sns.map((n) => payment({ sn: `PMT${n}`, orderSn: `HSO${n}`, ...given[n] }));
  world.orders = sns.map((n) => order({ sn: `HSO${n}`, paymentSn: `PMT${n}` }));
  world.orders[4] = order({ sn: 'HSO5', paymentSn: 'PMT5', since: ago(29_999) });
  world.paid = [payment({ sn: 'PMT8', orderSn: 'HSO1' })];
  expect((await found()).compared).toEqual([
    ['PMT1', ago(hour)],
    ['PMT7', ago(hour)],
  ]);
});

test.each<[string, Partial<ReconcileNeeds>]>([
  ['is compared no more', { markCompared: () => Promise.reject(new Error('no answer')) }],
  ['is let go', { endOrderRefund: () => Promise.reject(new Error('no answer')) }],
])('a comparison fails if it cannot be kept what %s', async (_, more) => {
  world.unsettled = [payment()];
  world.orders = [order()];
  world.held = [{ orderSn: 'HSO2', refundSn: 'RFD2' }];
  world.refunds = [sampleRefund({ sn: 'RFD2', paymentSn: 'PMT2', open: false, state: 'SUCCESS' })];
  await expect(found(more)).rejects.toThrow('no answer');
});

test('nights that are not held, or not free, are found once, beside what else is wrong', async () => {
  world.paid = ['1', '2'].map((n) => payment({ sn: `PMT${n}`, orderSn: `HSO${n}` }));
  const nights = { nightsHeld: 1, nightsDue: 2 };
  world.orders = [
    order({ ...nights }),
    order({ sn: 'HSO2', paymentSn: null, usable: false, nightsDue: 0 }),
  ];
  world.paidOrders = [order({ ...nights })];
  expect((await found()).differences).toEqual([
    { kind: 'NIGHTS_NOT_HELD', orderSn: 'HSO1', paymentSn: 'PMT1' },
    { kind: 'MONEY_WITHOUT_BOOKING', orderSn: 'HSO2', paymentSn: 'PMT2', owed },
    { kind: 'NIGHTS_NOT_FREE', orderSn: 'HSO2', paymentSn: null },
  ]);
});

test('a refund that ends between two reads is no difference', async () => {
  world.paid = [payment({ refunded: 300 })];
  world.orders = [order()];
  world.meanwhile = () => {
    world.paid = [payment({ refunded: 0, changedAt: now })];
  };
  expect((await found()).differences).toEqual([]);
});

test('a stay that ends between the reads of its order and of its nights is no difference', async () => {
  world.paid = [payment()];
  const ended = { usable: false, ended: true, shareOwed: 0, nightsHeld: 0, nightsDue: 0 };
  for (const list of ['orders', 'paidOrders'] as const) {
    world[list] = [order({ nightsHeld: 0 })];
    world.meanwhile = () => {
      world[list] = [order({ ...ended, since: now })];
    };
    expect((await found()).differences).toEqual([]);
  }
});

test('what differs twice, and has changed in between, waits for the next comparison', async () => {
  world.paid = [payment({ orderAnswer: undefined })];
  world.meanwhile = () => {
    world.paid = [payment({ orderAnswer: undefined, changedAt: ago(hour - 1) })];
  };
  expect((await found()).differences).toEqual([]);
});

const one = { orderSn: 'HSO1', paymentSn: 'PMT1' };
const noMoney = { kind: 'BOOKING_WITHOUT_MONEY' as const, ...one };
const notFree = { kind: 'NIGHTS_NOT_FREE' as const, ...one, paymentSn: null };
const noBooking = { kind: 'MONEY_WITHOUT_BOOKING' as const, ...one };
const unpaid = () => samplePayment({ paidAt: undefined });
const closed = () => order({ usable: false, paymentSn: null, nightsDue: 0 });
const paidInTime = { kind: 'PAID_IN_TIME_BUT_CLOSED' as const, ...one };
const returned = () =>
  payment({ orderAnswer: 'REFUSED', state: 'REFUNDED', refunded: 10_000, paidAt: ago(2 * hour) });
const missed = () => order({ ...closed(), nightsHeld: 0, missedDeadline: ago(hour) });
test.each<[string, Difference, Payment, Booking, Difference[]]>([
  ['differs still', noBooking, payment(), closed(), [{ ...noBooking, owed }, notFree]],
  [
    'has just changed',
    noBooking,
    payment({ changedAt: now }),
    closed(),
    [{ ...noBooking, owed }, notFree],
  ],
  ['agrees now', noBooking, payment(), order(), []],
  ['has no money still', noMoney, unpaid(), order(), [noMoney]],
  ['has no money, and is over', noMoney, unpaid(), order({ usable: false }), []],
  ['holds nights still', notFree, unpaid(), closed(), [notFree]],
  ['holds none any more', notFree, unpaid(), { ...closed(), nightsHeld: 0 }, []],
  ['was paid in time', paidInTime, returned(), missed(), [paidInTime]],
])('what differed before, is old and %s', async (_, stored, paid, itsOrder, differences) => {
  world.stored = [stored];
  world.old = [paid];
  world.orders = [itsOrder];
  expect((await found()).differences).toEqual(differences);
});

test.each([
  ['no payment', null, ago(hour), 1],
  ['an unknown payment', 'PMT9', ago(hour), 1],
  ['an unknown payment, for less than 30 s', 'PMT9', ago(29_999), 0],
  ['a payment without money', 'PMT1', ago(hour), 1],
  ['a payment with money', 'PMT2', ago(hour), 0],
])('a paid order that names %s', async (_, paymentSn, since, differences) => {
  const waiting = samplePayment({ changedAt: now });
  world.unsettled = [waiting, payment({ sn: 'PMT2', orderSn: 'HSO1', changedAt: now })];
  world.paidOrders = [order({ paymentSn, since })];
  const one = { kind: 'BOOKING_WITHOUT_MONEY', orderSn: 'HSO1', paymentSn };
  expect((await found()).differences).toEqual(Array(differences).fill(one));
});

test('a hold of an ended refund is ended; an unknown or a stuck refund is a difference', async () => {
  world.held = ['1', '2', '3', '4'].map((n) => ({ orderSn: `HSO${n}`, refundSn: `RFD${n}` }));
  const old = ago(25 * hour);
  world.refunds = [
    sampleRefund({ sn: 'RFD1', orderSn: 'HSO1', open: false, state: 'SUCCESS' }),
    sampleRefund({ sn: 'RFD2', orderSn: 'HSO2' }),
    sampleRefund({ sn: 'RFD4', orderSn: 'HSO4', paymentSn: 'PMT4', createdAt: old }),
  ];
  const { differences, ended } = await found();
  expect(ended).toEqual(['RFD1']);
  expect(differences).toEqual([
    { kind: 'HELD_WITHOUT_REFUND', orderSn: 'HSO3', paymentSn: null },
    { kind: 'REFUND_STUCK', orderSn: 'HSO4', paymentSn: 'PMT4' },
  ]);
});

test('an attempt that its provider does not end for too long is a difference', async () => {
  world.attempts = ['1', '2', '3'].map((n) => ({ orderSn: `HSO${n}`, paymentSn: `PMT${n}` }));
  const waiting = { payBefore: ago(11 * 60_000), changedAt: now, orderAnswer: undefined };
  world.unsettled = [
    samplePayment({ ...waiting, sn: 'PMT1', payBefore: ago(0) }),
    samplePayment({ ...waiting, sn: 'PMT3' }),
  ];
  expect((await found()).differences).toEqual([
    { kind: 'ATTEMPT_UNANSWERED', orderSn: 'HSO3', paymentSn: 'PMT3' },
  ]);
});

test('what differs is the same as before until what was compared changes', async () => {
  const bases = async (given: Partial<Payment>, itsOrder: Partial<Booking>) => {
    world.paid = [payment(given)];
    world.orders = [order({ paymentSn: null, nightsDue: 2, ...itsOrder })];
    return (await found()).bases;
  };
  const [money, nights] = await bases({}, {});
  expect(await bases({}, {})).toEqual([money, nights]);
  const [changed, same] = await bases({ changedAt: ago(hour - 1) }, {});
  expect([changed === money, same]).toEqual([false, nights]);
  const [other, fewer] = await bases({}, { nightsHeld: 0 });
  expect([other, fewer === nights]).toEqual([money, false]);
});
