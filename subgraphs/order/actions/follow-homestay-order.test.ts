import { expect, test } from '@jest/globals';
import { sampleNow, sampleOrder } from '../../../testing/order/sample-order.ts';
import type { Order } from '../domain/order.ts';
import { followHomestayOrder } from './follow-homestay-order.ts';

const placed = sampleOrder();
const paid: Order = {
  ...placed,
  state: 'WAIT_USE',
  version: 2,
  history: [...placed.history, { state: 'WAIT_USE', at: sampleNow, cause: 'PAID' }],
};
const cancelled = sampleOrder({ state: 'CANCELLED' });

/** Follows an order as this user; `tell` makes a change. */
function followed(
  userId: string,
  stored: Order | null,
  seen: Record<string, number> = {},
  roles: string[] = [],
) {
  let tell: (order: Order | undefined) => void = () => {};
  let ended = false;
  const queue = followHomestayOrder(
    {
      order: async (sn) => (stored?.sn === sn ? stored : null),
      onOrderChange: (sn, onChange) => {
        if (sn === placed.sn) tell = onChange;
        return () => {
          ended = true;
        };
      },
    },
    { userId, roles },
    placed.sn,
    seen,
  );
  const next = async () => {
    const { value } = await queue.next();
    return value && `${value.version} ${value.state}`;
  };
  return { queue, next, tell: (order: Order) => tell(order), ended: () => ended };
}

test.each([
  'traveller-an',
  'host-lake',
])('%s sees the order as it stands, then each change', async (user) => {
  const { next, tell, queue, ended } = followed(user, placed);
  expect(await next()).toBe('1 WAIT_PAY');
  tell(paid);
  expect(await next()).toBe('2 WAIT_USE');
  await queue.return();
  expect(ended()).toBe(true);
});

test('an operator sees any order', async () => {
  expect(await followed('olga', placed, {}, ['operator']).next()).toBe('1 WAIT_PAY');
});

test('the current state is shown alone, not its past', async () => {
  expect(await followed('traveller-an', paid).next()).toBe('2 WAIT_USE');
});

test('a subscriber who was away receives the versions after the last seen one', async () => {
  expect(await followed('traveller-an', paid, { [placed.sn]: 1 }).next()).toBe('2 WAIT_USE');
});

test.each([
  ['somebody else', 'somebody-else', placed],
  ['its traveller, when it is not there', 'traveller-an', null],
  ['its traveller, when only another order is there', 'traveller-an', cancelled],
])('%s is refused', async (_title, user, stored) => {
  const { queue, ended } = followed(user, stored);
  await expect(queue.next()).rejects.toMatchObject({ extensions: { code: 'FORBIDDEN' } });
  expect(ended()).toBe(true);
});
