import { expect, test } from '@jest/globals';
import type { Caller } from './caller.ts';
import { forServices } from './for-services.ts';
import type { ServiceName } from './services.ts';

type Context = { caller: Caller };
const fields = {
  Query: { open: () => 'for all', paidOrders: (_: unknown, { since }: { since: number }) => since },
  Mutation: { closeDueOrders: (_: unknown, _args: object, { caller }: Context) => caller.service },
  Order: { open: () => 'not a root field' },
};
const guarded = forServices({ paidOrders: 'payment', closeDueOrders: 'scheduler' }, fields);
const context = (service: ServiceName) => ({ caller: { service, roles: [] } });
const ask = (field: unknown, args: object, service: ServiceName) =>
  (field as (...args: unknown[]) => unknown)({}, args, context(service), {});

test('a field for one service is answered to that service only', () => {
  expect(ask(guarded.Query.paidOrders, { since: 7 }, 'payment')).toBe(7);
  expect(ask(guarded.Mutation.closeDueOrders, {}, 'scheduler')).toBe('scheduler');
  for (const other of ['gateway', 'travel', 'order', 'scheduler'] as const)
    expect(() => ask(guarded.Query.paidOrders, { since: 7 }, other)).toThrow('our own services');
});

test('every other field stays as it is', () => {
  expect(guarded.Query.open).toBe(fields.Query.open);
  expect(guarded.Order).toBe(fields.Order);
});

test('a name without a resolver is an error, not an open door', () => {
  const misspelt = { closeDueOrder: 'scheduler' } as object;
  expect(() => forServices(misspelt, fields)).toThrow('no resolver for closeDueOrder');
});
