import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import { admitted, testAdmission } from '../../testing/gateway/admission.ts';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { preparation } from '../execution/prepared-operation.ts';
import { type Asker, newOperations } from './new-operations.ts';
import { maskedPartsOf } from './rights.ts';
import { turns } from './turns.ts';

const used = () => {
  throw clientError('TOO_MANY_REQUESTS', 'used up');
};
const asker = (destroyed: boolean) =>
  ({
    sender: { request: { socket: { destroyed } } },
    quota: { kind: 'user', key: 'ana' },
  }) as unknown as Asker;

test.each<[string, Asker, () => void, string]>([
  ['whose client is gone', asker(true), () => {}, 'SERVICE_UNAVAILABLE'],
  ['whose client has used up all by now', asker(false), used, 'TOO_MANY_REQUESTS'],
])('what waited, and %s, is not begun when its turn comes', async (_what, by, requireLeft, code) => {
  const { read } = newOperations({
    prepareInTurn: turns({ atOnce: 1 }),
    rateLimit: { requireLeft },
  });
  let begun = 0;
  const work = () => {
    begun += 1;
  };
  await expect(read(by, '{ a }', () => false, work)).rejects.toMatchObject({
    extensions: { code },
  });
  expect(begun).toBe(0);
});

test('what a client waits for who leaves meanwhile is not gone on with', async () => {
  const { plan } = newOperations({
    prepareInTurn: turns({ atOnce: 1 }),
    rateLimit: { requireLeft() {} },
  });
  const leaving = asker(false);
  let goesOn = false;
  const planning = plan(
    leaving,
    parse('{ a }'),
    () => false,
    async (requireThere) => {
      requireThere();
      Object.assign(leaving.sender.request.socket, { destroyed: true });
      await Promise.resolve();
      requireThere();
      goesOn = true;
    },
  );
  await expect(planning).rejects.toMatchObject({ extensions: { code: 'SERVICE_UNAVAILABLE' } });
  expect(goesOn).toBe(false);
});

test('what is new of a client that has used up all takes no turn', async () => {
  const inTurn = turns({ atOnce: 1 });
  let turnsTaken = 0;
  const admission = testAdmission(
    {},
    {
      rateLimit: {
        charge: async () => ({ headers: {} }),
        requireLeft: used,
        stop: async () => {},
      },
      prepareInTurn: (...given) => {
        turnsTaken += 1;
        return inTurn(...given);
      },
    },
  );
  await expect(admitted('{ __typename }', {}, admission)).rejects.toThrow('used up');
  expect(turnsTaken).toBe(0);
});

test('what waits to be planned while a new supergraph comes is checked and planned on that one', async () => {
  const supergraphOf = (sdl: string) =>
    preparation(compose([{ name: 'one', url: 'http://127.0.0.1:1/graphql', sdl }]));
  let served = supergraphOf('type Query { a: String }');
  let isPlanned = true;
  let plans = 0;
  const admission = testAdmission(
    {},
    {
      served: () => served,
      unplanned: () =>
        isPlanned
          ? undefined
          : () => {
              isPlanned = plans > 0;
              plans += 1;
              served = supergraphOf('type Query { a: String @authenticated }');
            },
    },
  );
  const masked = async () => {
    const { document } = await admitted('{ a }', {}, admission);
    return maskedPartsOf(document)?.places.map(({ path }) => path);
  };
  expect(await masked()).toBeUndefined();
  isPlanned = false;
  expect(await masked()).toHaveLength(1);
  expect(plans).toBe(2);
});
