import { describe, expect, test } from '@jest/globals';
import { joinedRuns } from '../../../runtime/joined-runs.ts';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { DueOrder, DueOrders } from '../domain/due-orders.ts';
import { type CloseDueOrdersNeeds, closeDueOrders } from './close-due-orders.ts';
import { dueAhead } from './due-ahead.ts';

const sn = (number: number) => `HSO${String(number).padStart(5, '0')}`;
const sample = sampleOrder();
const dueOrder = (one: string): DueOrder => ({ ...sample, sn: one, placedBy: undefined });
const hour = 3_600_000;

const refused = new Error('refused');

/** A service with so many due orders, some of which cannot be changed. */
function service(due: number, given: Partial<CloseDueOrdersNeeds> = {}, bad: string[] = []) {
  let open = Array.from({ length: due }, (_, number) => sn(number));
  const reads: (DueOrders & { limit: number })[] = [];
  const transactions: (DueOrders & { sns: readonly string[] })[] = [];
  const aside: string[] = [];
  const reasons = new Set<Error>();
  let alone = 0;
  const needs: CloseDueOrdersNeeds = {
    now: async () => sampleNow,
    closing: 'active',
    ahead: dueAhead(),
    holdUnansweredForMs: 2 * hour,
    dueOrders: async (which, except, limit) => {
      reads.push({ ...which, limit });
      return which.kind === 'due'
        ? open
            .filter((one) => !except.includes(one))
            .slice(0, limit)
            .map(dueOrder)
        : [];
    },
    closeDue: async (which, due) => {
      const sns = due.map(({ sn }) => sn);
      transactions.push({ ...which, sns });
      const closing = open.filter((one) => sns.includes(one));
      if (closing.some((one) => bad.includes(one))) return refused;
      open = open.filter((one) => !closing.includes(one));
      return closing.length;
    },
    together: (work) => work(),
    alone: async (work) => {
      alone += 1;
      return work();
    },
    setAside: {
      add: (one, at, error) => {
        expect(at).toBe(sampleNow);
        reasons.add(error);
        aside.push(one);
      },
      list: () => aside,
    },
    ...given,
  };
  const close = (deadline: Date | null = null) => closeDueOrders(needs, deadline);
  return {
    ...{ needs, close, reads, transactions, aside, reasons },
    open: () => open,
    alone: () => alone,
  };
}

test.each([
  0, 1, 499, 500, 501, 5_000, 5_001,
])('%i due orders are all closed, whatever the size of a look or a transaction', async (due) => {
  const { close, open, transactions, reads } = service(due);
  expect(await close()).toEqual({ closed: due, dueInMs: 0 });
  expect(open()).toEqual([]);
  expect(transactions).toHaveLength(Math.ceil(due / 500));
  const looks = reads.filter(({ kind }) => kind === 'due').map(({ limit }) => limit);
  expect(looks).toEqual(due > 0 ? [20_000, 20_000] : [20_000]);
  for (const { sns, now } of transactions) {
    expect(sns.length).toBeLessThanOrEqual(500);
    expect(now).toBe(sampleNow);
  }
});

test('without due orders nothing is written, and nobody waits for another process', async () => {
  const { close, transactions, alone, reads } = service(0);
  await close();
  expect(transactions).toEqual([]);
  expect(alone()).toBe(0);
  expect(reads).toHaveLength(2);
});

test('a run that had to wait closes what has become due meanwhile, for all who asked', async () => {
  let now = sampleNow.getTime();
  const gate = joinedRuns<number>();
  let open = () => {};
  const closed = new Promise<void>((resolve) => {
    open = resolve;
  });
  const { close, reads } = service(1, { now: async () => new Date(now), together: gate });
  const before = gate(() => closed.then(() => 0));
  const asked = [close(), close(), close()];
  await new Promise((resolve) => setImmediate(resolve));
  now += hour;
  open();
  await before;
  expect((await Promise.all(asked)).map((answer) => answer.closed)).toEqual([1, 1, 1]);
  expect(reads[0]?.until).toEqual(new Date(now));
  // One run: it has looked, closed one, and looked again, for each of the two kinds.
  expect(reads).toHaveLength(3);
});

test('with due orders only one process closes at a time', async () => {
  const { close, alone } = service(3);
  await close();
  expect(alone()).toBe(1);
});

test('what others have closed since the look is not tried one batch after the other', async () => {
  let closedByOthers = false;
  const tried: number[] = [];
  const { close } = service(0, {
    dueOrders: async ({ kind }) =>
      kind === 'due' && !closedByOthers
        ? Array.from({ length: 5_000 }, (_, number) => dueOrder(sn(number)))
        : [],
    alone: async (work) => {
      closedByOthers = true;
      return work();
    },
    closeDue: async (_which, due) => {
      tried.push(due.length);
      return 0;
    },
  });
  expect(await close()).toEqual({ closed: 0, dueInMs: 0 });
  expect(tried).toEqual([500, 500]);
});

test('a run ends, though a look finds again and again what cannot be closed', async () => {
  let tries = 0;
  const { close } = service(0, {
    dueOrders: async () => [dueOrder(sn(0))],
    closeDue: async () => {
      tries += 1;
      return 0;
    },
  });
  expect(await close()).toEqual({ closed: 0, dueInMs: 0 });
  // A hundred looks for each of the two kinds.
  expect(tries).toBe(200);
});

test('attempts without an answer keep their orders for as long as is set', async () => {
  const { close, reads } = service(0);
  await close();
  expect(reads.map(({ kind, until }) => [kind, until])).toEqual([
    ['due', sampleNow],
    ['unanswered', new Date(sampleNow.getTime() - 2 * hour)],
  ]);
});

test('orders that are closed because of their attempts are counted too', async () => {
  let left = 3;
  const { close } = service(2, {
    dueOrders: async ({ kind }) => (kind === 'unanswered' && left > 0 ? [dueOrder(sn(9))] : []),
    closeDue: async ({ kind }) => {
      const closed = kind === 'unanswered' ? left : 0;
      left = 0;
      return closed;
    },
  });
  expect(await close()).toEqual({ closed: 3, dueInMs: 0 });
});

test.each([
  [-1, 0],
  [0, 0],
  [50, 50],
  [86_400_001, 86_400_000],
])('a caller who is %i ms early learns that it is due in %i', async (early, dueInMs) => {
  const deadline = new Date(sampleNow.getTime() + early);
  expect(await service(1).close(deadline)).toEqual({ closed: 1, dueInMs });
});

test('while closing is paused nothing closes', async () => {
  const { close, open, reads } = service(2, { closing: 'paused' });
  const deadline = new Date(sampleNow.getTime() + 50);
  expect(await close(deadline)).toEqual({ closed: 0, dueInMs: 50 });
  expect(open()).toHaveLength(2);
  expect(reads).toEqual([]);
});

describe('orders whose deadline is near', () => {
  const deadline = new Date(sampleNow.getTime() + 2_000);

  /** A service at which orders are due at the deadline alone, with a clock that the test moves. */
  function early(due: number, given: Partial<CloseDueOrdersNeeds> = {}) {
    let now = sampleNow;
    const first = service(due);
    const looks: string[] = [];
    const dueOrders: CloseDueOrdersNeeds['dueOrders'] = async (which, except, limit) => {
      looks.push(`${which.kind} ${which.until.getTime() - sampleNow.getTime()}`);
      if (which.until < deadline) return [];
      return service(first.open().length).needs.dueOrders(which, except, limit);
    };
    const { closeDue } = first.needs;
    const asked = service(0, { now: async () => now, dueOrders, closeDue, ...given });
    return {
      ...{ looks, transactions: first.transactions, open: first.open, close: asked.close },
      come: () => {
        now = deadline;
      },
    };
  }

  test('are looked up once before it, and closed at it before anything is looked up', async () => {
    const { close, looks, transactions, come } = early(700);
    await close(deadline);
    await close(deadline);
    expect(looks.filter((look) => look === 'due 2000')).toHaveLength(1);
    expect(transactions).toEqual([]);
    looks.length = 0;
    come();
    expect(await close(deadline)).toEqual({ closed: 700, dueInMs: 0 });
    expect(transactions.map(({ sns }) => sns.length)).toEqual([500, 200]);
    // One look for what was not known before; the other is for attempts without an answer.
    expect(looks.filter((look) => look.startsWith('due'))).toEqual(['due 2000']);
  });

  test('close although they could not be looked up before', async () => {
    const ahead = dueAhead();
    const { close, come } = early(3, {
      ahead: { ...ahead, look: (at) => ahead.look(at, () => Promise.reject(new Error('away'))) },
    });
    await close(deadline);
    come();
    expect(await close(deadline)).toEqual({ closed: 3, dueInMs: 0 });
  });

  test('are not looked up long before it', async () => {
    const { close, looks } = early(1);
    await close(new Date(sampleNow.getTime() + hour));
    expect(looks.filter((look) => look.startsWith('due'))).toEqual(['due 0']);
  });
});

describe('A7: a bad document keeps only itself open', () => {
  test.each([
    ['the first', 21, [0]],
    ['the last', 21, [20]],
    ['the only one', 1, [0]],
    ['several', 700, [0, 1, 350, 699]],
  ])('%s', async (_title, due, numbers) => {
    const bad = numbers.map(sn);
    const { close, open, aside, reasons } = service(due, {}, bad);
    expect(await close()).toEqual({ closed: due - bad.length, dueInMs: 0 });
    expect(open()).toEqual(bad);
    expect([...aside].sort()).toEqual(bad);
    expect([...reasons]).toEqual([refused]);
  });

  test('and is found by halves', async () => {
    const { close, transactions } = service(3, {}, [sn(0)]);
    await close();
    const tried = [[0, 1, 2], [0, 1], [0], [1], [2]].map((numbers) => numbers.map(sn));
    expect(transactions.map(({ sns }) => sns)).toEqual(tried);
  });

  test('and is left out of the next run', async () => {
    const { close, transactions } = service(1, {}, [sn(0)]);
    await close();
    const before = transactions.length;
    await close();
    expect(transactions).toHaveLength(before);
  });
});
