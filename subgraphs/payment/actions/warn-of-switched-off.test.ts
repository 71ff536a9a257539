import { expect, test } from '@jest/globals';
import { sampleProviders } from '../../../testing/payment/samples.ts';
import type { PayMethod } from '../domain/payment.ts';
import { warnOfSwitchedOff } from './warn-of-switched-off.ts';

test('methods that are switched off while payments wait by them are named', async () => {
  const said: unknown[] = [];
  const error = (...line: unknown[]) => void said.push(line);
  await warnOfSwitchedOff({
    providers: sampleProviders({}),
    waitingByOthers: async (methods) => {
      expect(methods).toEqual(['SANDBOX']);
      return new Map<PayMethod, number>([['STRIPE', 2]]);
    },
    log: { error } as never,
  });
  const text = 'payments wait by a method that is switched off';
  expect(said).toEqual([[{ method: 'STRIPE', waiting: 2 }, text]]);
});
