import { expect, test } from '@jest/globals';
import type { Payment } from '../domain/payment.ts';
import type { Context } from './context.ts';
import { resolvers } from './resolvers.ts';

type Resolve = (payment: Payment, args: object, context: Context) => unknown;
const { payUrl, jsapi } = resolvers.Payment as Record<'payUrl' | 'jsapi', Resolve>;
const instructions = { url: 'https://pay.example/1', jsapi: { paySign: 'signed' } };
const seenBy = (userId: string | undefined, state: string) => {
  const payment = { state, travellerId: 'ana', instructions } as unknown as Payment;
  const context = {
    caller: { service: 'gateway', userId, roles: ['operator'] },
  } as unknown as Context;
  return [payUrl(payment, {}, context), jsapi(payment, {}, context)];
};

test('how to pay is for the traveller alone, while it waits', () => {
  expect(seenBy('ana', 'WAIT')).toEqual([instructions.url, instructions.jsapi]);
  for (const other of ['lin', undefined]) expect(seenBy(other, 'WAIT')).toEqual([null, null]);
  expect(seenBy('ana', 'SUCCESS')).toEqual([null, null]);
});
