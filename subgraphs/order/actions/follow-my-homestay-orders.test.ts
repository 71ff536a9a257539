import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { type OrderState, transitions } from '../domain/state.ts';
import { followHostHomestayOrders, followMyHomestayOrders } from './follow-my-homestay-orders.ts';

const hour = 3_600_000;
const at = (ms: number) => new Date(sampleNow.getTime() + ms);

/** An order placed `ms` after the subscription began, or before it. */
const placed = (sn: string, ms: number, given: Partial<Order> = {}): Order =>
  sampleOrder({
    sn,
    createdAt: at(ms),
    history: [{ state: 'WAIT_PAY', at: at(ms), cause: 'PLACED' }],
    ...given,
  });
const after = (order: Order, cause: 'PAID' | 'CANCELLED_BY_TRAVELLER', ms: number): Order => {
  const { to: state } = transitions[cause];
  const history = [...order.history, { state: state as OrderState, at: at(ms), cause }];
  return { ...order, state, version: order.version + 1, history };
};

type Step = Order | { gap: Order[] };

/**
 * What the traveller, or the host, sees of stored orders, and then of changes, or of a gap after
 * which those orders are stored.
 */
async function seenBy(
  stored: Order[],
  steps: Step[],
  seen: Record<string, number> = {},
  follow = followMyHomestayOrders,
) {
  let orders = stored;
  let clock = -2 * hour;
  const listen =
    (who: string) => (userId: string, onChange: (order: Order | undefined) => void) => {
      if (userId === who) tell = onChange;
      return () => {};
    };
  let tell: (order: Order | undefined) => void = () => {};
  const newest = (some: Order[], limit: number) =>
    some.toSorted((a, b) => b.createdAt.getTime() - a.createdAt.getTime()).slice(0, limit);
  const queue = follow(
    {
      // Each look at the clock is hours after the one before.
      now: async () => {
        clock += 2 * hour;
        return at(clock);
      },
      ordersBySn: async (sns) => orders.filter(({ sn }) => sns.includes(sn)),
      searchOrders: async ({ travellerId, hostId, states }, _, limit) => {
        expect(limit).toBe(100);
        const own = orders.filter((order) =>
          hostId ? order.snapshot.hostId === hostId : order.travellerId === travellerId,
        );
        return newest(
          own.filter(({ state }) => states?.includes(state) ?? true),
          limit,
        );
      },
      onHostsOrderChange: listen('host-lake'),
      onTravellersOrderChange: listen('traveller-an'),
    },
    follow === followMyHomestayOrders ? 'traveller-an' : 'host-lake',
    seen,
  );
  const shown: string[] = [];
  const reading = (async () => {
    for await (const { sn, version, state } of queue) shown.push(`${sn} ${version} ${state}`);
  })();
  for (const step of steps) {
    await new Promise(setImmediate);
    if ('gap' in step) orders = step.gap;
    tell('gap' in step ? undefined : step);
  }
  await new Promise(setImmediate);
  await queue.return();
  await reading;
  return shown;
}

test('the live orders come first, the oldest first, then each change of any order', async () => {
  const [a, b] = [placed('HSO1', -2 * hour), placed('HSO2', -hour)];
  const over = after(placed('HSO3', -hour), 'CANCELLED_BY_TRAVELLER', -hour);
  const paid = after(a, 'PAID', 1);
  expect(await seenBy([b, a, over], [paid, placed('HSO4', 2)])).toEqual([
    'HSO1 1 WAIT_PAY',
    'HSO2 1 WAIT_PAY',
    'HSO1 2 WAIT_USE',
    'HSO4 1 WAIT_PAY',
  ]);
});

test('A10, F7: a live order behind a hundred newer ones that are over is shown', async () => {
  const live = after(placed('HSO0', -2 * hour), 'PAID', -hour);
  const over = Array.from({ length: 100 }, (_, i) =>
    after(placed(`HSO${i + 1}`, -hour), 'CANCELLED_BY_TRAVELLER', -hour),
  );
  expect(await seenBy([live, ...over], [])).toEqual(['HSO0 2 WAIT_USE']);
});

test('A10: the past of an order that was never shown is no news', async () => {
  const over = after(placed('HSO1', -2 * hour), 'CANCELLED_BY_TRAVELLER', -hour);
  expect(await seenBy([], [over])).toEqual([]);
});

test('a change without a new version, soon after the order is over, is no news', async () => {
  const over = after(placed('HSO1', -3_000), 'CANCELLED_BY_TRAVELLER', -2_000);
  expect(await seenBy([over], [over])).toEqual([]);
});

test('only the new version is shown of an order beyond the first hundred', async () => {
  const old = placed('HSO1', -2 * hour);
  expect(await seenBy([], [after(old, 'PAID', 1)])).toEqual(['HSO1 2 WAIT_USE']);
});

test('an order that is stored after the first look is shown, though it got its time before', async () => {
  expect(await seenBy([], [placed('HSO1', -50)])).toEqual(['HSO1 1 WAIT_PAY']);
});

test('an order that is stored a minute late is shown, and none that is later still', async () => {
  const [late, later] = [placed('HSO1', -60_000), placed('HSO2', -60_001)];
  expect(await seenBy([], [late, later])).toEqual(['HSO1 1 WAIT_PAY']);
});

test('A10: an order that is placed and over within a gap is shown whole', async () => {
  const over = after(placed('HSO1', 10), 'CANCELLED_BY_TRAVELLER', 20);
  expect(await seenBy([], [{ gap: [over] }])).toEqual(['HSO1 1 WAIT_PAY', 'HSO1 2 CANCELLED']);
});

test('a subscriber who was away receives only newer versions, and none of orders of others', async () => {
  const paid = after(placed('HSO1', -hour), 'PAID', -10);
  const others = after(placed('HSO2', -hour, { travellerId: 'traveller-bo' }), 'PAID', -10);
  const seen = { HSO1: 1, HSO2: 1 };
  expect(await seenBy([paid, others], [], seen)).toEqual(['HSO1 2 WAIT_USE']);
});

test('a host sees the orders of their own homestays in the same way', async () => {
  const paid = after(placed('HSO1', -hour, { travellerId: 'traveller-bo' }), 'PAID', -10);
  const snapshot = { ...paid.snapshot, hostId: 'host-hill' };
  const others = { ...paid, sn: 'HSO2', snapshot };
  const seen = { HSO1: 1, HSO2: 1 };
  const shown = await seenBy([paid, others], [placed('HSO3', 1)], seen, followHostHomestayOrders);
  expect(shown).toEqual(['HSO1 2 WAIT_USE', 'HSO3 1 WAIT_PAY']);
});
