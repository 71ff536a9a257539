import { describe, expect, test } from '@jest/globals';
import { serviceNames, services, subgraphNames } from '../runtime/services.ts';
import { importsOf } from './imports.ts';
import { rooms } from './rooms.ts';
import { refusal } from './walls.ts';

/** What is refused in a file of this text; empty if every import is allowed. */
const refusedIn = (file: string, text: string): string[] =>
  importsOf(file, text).flatMap((found) => (refusal(found) ? [found.to] : []));

const subgraphRooms = Object.keys(rooms)
  .filter((room) => room.startsWith('subgraphs/*/'))
  .map((room) => room.replace('subgraphs/*/', '').replace('*.ts', ''));

/** A file in every room of every subgraph, with each other subgraph that it must not import. */
const foreign = subgraphNames.flatMap((own) =>
  subgraphRooms.flatMap((room) =>
    subgraphNames
      .filter((other) => other !== own)
      .map((other) => [`subgraphs/${own}/${room}/here.ts`.replace('//', '/'), other] as const),
  ),
);

describe('a service does not import another', () => {
  test.each([
    'actions/tell-order.ts',
    'store/payments.ts',
    'graphql/resolvers.ts',
    'providers/open-providers.ts',
    'notifiers/open-notifier.ts',
  ])('payment does not see the states of orders in %s', (file) => {
    const up = '../'.repeat(file.split('/').length);
    const text = `import { transitions as foreign } from '${up}order/domain/state.ts';`;
    expect(refusedIn(`subgraphs/payment/${file}`, text)).toEqual([
      'subgraphs/order/domain/state.ts',
    ]);
  });

  test.each(foreign)('%s imports nothing of %s', (from, other) => {
    for (const room of subgraphRooms) {
      const to = `subgraphs/${other}/${room}/there.ts`.replace('//', '/');
      expect([to, refusal({ from, to })]).toEqual([to, expect.any(String)]);
    }
  });

  test.each([...new Set(foreign.map(([from]) => from))])('%s imports no other process', (from) => {
    for (const name of serviceNames.filter((name) => !from.includes(`/${name}/`))) {
      const to = `${services[name].folder}/server.ts`;
      expect([to, refusal({ from, to })]).toEqual([to, expect.any(String)]);
    }
  });

  test.each(['gateway', 'scheduler', 'sandbox'])('%s imports no subgraph', (folder) => {
    for (const name of subgraphNames) {
      const [from, to] = [`${folder}/server.ts`, `subgraphs/${name}/domain/there.ts`];
      expect([to, refusal({ from, to })]).toEqual([to, expect.any(String)]);
    }
  });
});

describe('within a service, imports go one way', () => {
  test.each([
    ['domain/order.ts', '../actions/place.ts'],
    ['domain/order.ts', '../../../runtime/mongo.ts'],
    ['domain/order.ts', 'zod'],
    ['actions/needs.ts', '../store/payments.ts'],
    ['actions/needs.ts', '../clients/order.ts'],
    ['actions/pay.ts', '../providers/stripe/stripe-provider.ts'],
    ['actions/pay.ts', '../server.ts'],
    ['actions/pay.ts', 'undici'],
    ['actions/pay.ts', 'node:fs'],
    ['domain/payment.ts', 'node:http'],
    ['domain/payment.ts', 'fs'],
    ['graphql/resolvers.ts', '../store/payments.ts'],
    ['graphql/context.ts', '../server.ts'],
    ['clients/order.ts', '../store/payments.ts'],
    ['store/payments.ts', '../actions/pay.ts'],
    ['import/main.ts', '../server.ts'],
  ])('%s does not import %s', (file, specifier) => {
    expect(refusedIn(`subgraphs/payment/${file}`, `import '${specifier}';`)).toHaveLength(1);
  });

  test.each([
    ['actions/pay.ts', '../domain/payment.ts'],
    ['graphql/resolvers.ts', '../actions/pay.ts'],
    ['store/payments.ts', '../../../runtime/mongo.ts'],
    ['store/payments.ts', 'mongodb'],
    ['server.ts', './store/payments.ts'],
    ['domain/payment.ts', 'node:crypto'],
  ])('%s may import %s', (file, specifier) => {
    expect(refusedIn(`subgraphs/payment/${file}`, `import '${specifier}';`)).toEqual([]);
  });
});

test('only stores and the runtime speak to MongoDB', () => {
  const free = Object.keys(rooms).filter((room) => {
    const from = `${room.replace('*', 'payment').replace('/*.ts', '')}/here.ts`;
    return !refusal({ from, to: 'mongodb' });
  });
  expect(free.sort()).toEqual(
    [
      ...['runtime', 'runtime/migrations', 'subgraphs/*/store', 'sandbox', 'embedded'],
      ...['testing', 'e2e', 'bench', 'chaos', 'examples'],
    ].sort(),
  );
});

test.each(['testing', 'e2e', 'bench', 'chaos', 'embedded'])('no service imports %s', (folder) => {
  for (const from of ['runtime/log.ts', 'gateway/server.ts', 'subgraphs/order/server.ts'])
    expect(refusal({ from, to: `${folder}/there.ts` })).toBeDefined();
});

const roundabout = [
  "import { states } from '../order/domain/state';",
  "import states from '../order/domain/state.ts?raw';",
  "import '../order/domain/state.js';",
  "import '/subgraphs/order/domain/state.ts';",
  "import 'file:///subgraphs/order/domain/state.ts';",
  "export * as states from '../order/domain/state.ts';",
  "import '../../../../../elsewhere/subgraphs/order/domain/state.ts';",
  "require('../order/domain/state.ts');",
  "createRequire(import.meta.url)('../order/domain/state.ts');",
  "new Worker(new URL('../order/domain/state.ts', import.meta.url));",
  "import.meta.glob('../order/domain/*.ts');",
];

test.each(roundabout)('there is no way round a wall: %s', (text) => {
  expect(refusedIn('subgraphs/payment/server.ts', text)).toHaveLength(1);
});

test('a file of the own room is named with its ending, so that circles are seen', () => {
  expect(refusedIn('web/pages/pay.tsx', "import './order';")).toHaveLength(1);
});

test.each([
  ['subgraphs/payment/actions/pay.test.ts', 'subgraphs/order/domain/state.ts'],
  ['subgraphs/payment/payment.test.ts', 'gateway/server.ts'],
  ['scheduler/jobs.test.ts', 'subgraphs/order/server.ts'],
  ['sandbox/doors.test.ts', 'subgraphs/payment/providers/sandbox/sandbox-provider.ts'],
])('%s, a test, does not see %s', (from, to) => {
  expect(refusal({ from, to })).toMatch('its own service');
});

test.each([
  ['subgraphs/payment/actions/pay.test.ts', 'subgraphs/payment/store/payments.ts'],
  ['subgraphs/payment/payment.test.ts', 'testing/system.ts'],
  ['gateway/fleet.test.ts', 'subgraphs/order/server.ts'],
])('%s, a test, may see %s', (from, to) => {
  expect(refusal({ from, to })).toBeUndefined();
});

test('a test is imported by nobody, not even by its own room', () => {
  expect(refusal({ from: 'runtime/log.ts', to: 'runtime/log.test.ts' })).toMatch('only Jest');
});

test.each([
  'subgraphs/payment/helpers/money.ts',
  'gateway/utils/text.ts',
  'common/text.ts',
])('%s is in no room', (from) => {
  expect(refusal({ from, to: 'runtime/log.ts' })).toMatch('is in no room');
});
