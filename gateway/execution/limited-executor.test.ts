import { expect, test } from '@jest/globals';
import { testSettings } from '../../testing/gateway/small-system.ts';
import type { Admitted } from '../admission/admit.ts';
import { limitedExecutor } from './limited-executor.ts';

test('what waits its turn is executed on the supergraph for which it was checked', async () => {
  let served = 'the old one';
  let begin = () => {};
  const { execute } = limitedExecutor({
    executor: () => {
      const by = served;
      return { execute: async () => ({ data: { by } }), executeInParts: () => undefined };
    },
    refusalOf: () => {
      throw new Error('nothing is refused');
    },
    settings: testSettings(),
    executeInTurn: (_client, run) =>
      new Promise((resolve, reject) => {
        begin = () => void Promise.resolve(run()).then(resolve, reject);
      }),
    isRegistered: () => false,
  });
  const heavy = {
    quota: { kind: 'user', key: 'ana' },
    weight: 5_000,
    operation: { query: '{ a }' },
  } as unknown as Admitted;
  const waiting = execute(heavy);
  served = 'the new one';
  begin();
  expect(await waiting).toEqual({ data: { by: 'the old one' } });
});
