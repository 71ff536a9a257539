import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Client } from 'graphql-ws';
import { createLog } from '../../runtime/log.ts';
import { ask } from '../../testing/client.ts';
import { eventually } from '../../testing/eventually.ts';
import { hostileAnswers } from '../../testing/gateway/hostile-answers.ts';
import { inheritedNames } from '../../testing/gateway/hostile-names.ts';
import { ordinarySdl, startOrdinarySubgraph } from '../../testing/gateway/ordinary-subgraph.ts';
import { startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { socketClient, type Watched, watch } from '../../testing/socket-client.ts';

/** `HOSTILE_ANSWERS=10000 npm test -- gateway/subgraphs/hostile-answers` tries as many. */
const tries = Number(process.env.HOSTILE_ANSWERS ?? 400);
const spoil = hostileAnswers(Number(process.env.HOSTILE_SEED ?? 20_261_127));

const faults: string[] = [];
const log = createLog('test', 'warn', { write: (line) => void faults.push(line) });

/** What each subgraph answers, as JSON; the second to so many representations. */
let answers = { first: () => '', second: (_asked: number) => '' };
let sent: string[] = [];
let url: string;
const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops.reverse()) await stop();
});

const sdls = {
  first: `type Query { thing: Thing things: [Thing] must: Thing!  }
    type Mutation { change: Thing }
    scalar Any
    type Thing @key(fields: "id") { id: ID! any: Any inner: Inner grid: [[Inner!]] }
    type Inner { n: Int! thing: Thing }`,
  second: `type Thing @key(fields: "id") { id: ID! stars: Int worth: Int! valueOf: Int }`,
};

beforeAll(async () => {
  const declared = await Promise.all(
    (['first', 'second'] as const).map(async (name) => {
      const subgraph = await startRawSubgraph(({ variables: { representations = [] } }) => {
        const answer = answers[name](representations.length);
        sent.push(answer);
        return answer;
      });
      stops.push(subgraph.stop);
      return { name, sdl: sdls[name], url: subgraph.url };
    }),
  );
  const gateway = await startGatewayOf(declared, unlimited, log);
  stops.push(gateway.stop);
  url = gateway.url;
});

const unlimited = {
  QUERY_MAX_RESULT_FIELDS: '100000',
  RATE_LIMIT_PER_ADDRESS: '1000000000',
  RATE_LIMIT_PER_USER: '1000000000',
};

/** What every object of the process inherits from, as it was. */
const builtIns = [Object, Array, Function, String, Number, Promise, Map].flatMap((one) => [
  one,
  one.prototype,
]);
const namesOf = () => builtIns.map((one) => Object.getOwnPropertyNames(one));
const namesBefore = namesOf();

/** Words that only a fault of ours has. */
const ours = /TypeError|RangeError|ReferenceError|Cannot read|is not a function|call stack/;

function expectUnharmed() {
  expect(namesOf()).toEqual(namesBefore);
  for (const name of ['polluted', 'isAdmin', 'then']) expect(({} as never)[name]).toBeUndefined();
  expect(faults.splice(0).filter((line) => ours.test(line))).toEqual([]);
}

const inner = { n: 1, thing: { __typename: 'Thing', id: '2' } };
const thing = { __typename: 'Thing', id: '1', any: { a: [1] }, inner, grid: [[inner, inner]] };
const entity = { __typename: 'Thing', stars: 5, worth: 5, valueOf: 7 };
const good = {
  first: {
    data: { thing, things: [thing, null, thing], must: thing, change: thing, __typename: 'Query' },
  },
  second: (asked: number) => ({ data: { _entities: Array(asked).fill(entity) } }),
};
const part = `{ id any stars worth valueOf toString: stars
  inner { n thing { id worth } } grid { n thing { stars } } }`;
const queries = [
  `{ thing ${part} }`,
  `{ things ${part} must ${part} }`,
  `mutation { change ${part} }`,
  '{ __typename thing { id constructor: any } a: thing { __proto: stars } }',
];

test('answers with inherited names, other types and deep nesting, at any depth, harm nothing', async () => {
  answers = {
    first: () => spoil(good.first, true),
    second: (asked) => spoil(good.second(asked)),
  };
  for (let n = 0; n < tries / 2; n += 1) {
    sent = [];
    const { status, text } = await ask(url, queries[n % queries.length] as string);
    const { data, errors } = JSON.parse(text);
    const isAnswer = [200, 503].includes(status) && (data !== undefined || errors?.length > 0);
    expect([isAnswer, isAnswer ? '' : [sent, status, text]]).toEqual([true, '']);
  }
  expectUnharmed();
  answers = {
    first: () => JSON.stringify(good.first),
    second: (asked) => JSON.stringify(good.second(asked)),
  };
  await eventually(async () => {
    const { errors } = await ask<object>(url, '{ thing { id stars worth } }');
    return errors === undefined;
  });
}, 600_000);

describe.each(['graphql-ws', 'graphql-sse'] as const)('events by %s', (protocol) => {
  test('with inherited names, other types and deep nesting harm nothing', async () => {
    let spoiling = true;
    const clock = await startOrdinarySubgraph((result) =>
      spoiling && result.data ? JSON.parse(spoil(result)) : result,
    );
    const names = await startRawSubgraph(({ variables }) => {
      const answer = { data: { _entities: variables.representations?.map(() => ({ name: 'x' })) } };
      return spoiling ? spoil(answer) : JSON.stringify(answer);
    });
    const override = { subscriptionProtocol: protocol, subscriptionUrl: clock.streamUrl };
    const gateway = await startGatewayOf(
      [
        { name: 'clock', sdl: ordinarySdl.replace(/extend schema.*\n/, ''), url: clock.url },
        {
          name: 'names',
          sdl: 'type Thing @key(fields: "id") { id: ID! name: String! }',
          url: names.url,
        },
      ],
      {
        ...unlimited,
        ...(protocol === 'graphql-ws' ? {} : { SUBGRAPHS: JSON.stringify({ clock: override }) }),
      },
      log,
    );
    const client = await socketClient(gateway.url);
    stops.push(clock.stop, names.stop, gateway.stop, () => client.dispose());
    let watched = await open(client, clock.followers);
    for (let n = 0; n < tries / 4; n += 1) {
      const before = watched.results.length;
      clock.emit({ n, any: { n } });
      // An event is delivered, whatever is in it, or the subscription ends.
      await eventually(() => watched.results.length > before || hasEnded(watched));
      if (hasEnded(watched)) watched = await open(client, clock.followers);
    }
    expectUnharmed();
    spoiling = false;
    const last = await open(client, clock.followers);
    // What comes before the gateway has read that it subscribes is not for it.
    await eventually(() => {
      clock.emit({ n: 7 });
      return last.results.some(({ data }) => isDeepEqual(data, lastEvent));
    });
  }, 600_000);
});

const lastEvent = { tick: { n: 7, thing: { name: 'x' }, must: 1, any: null } };
const isDeepEqual = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const hasEnded = ({ completed, ended }: Watched) => completed || ended !== undefined;

async function open(client: Client, followers: () => number): Promise<Watched> {
  const watched = watch(client, { query: 'subscription { tick { n thing { name } must any } }' });
  await eventually(() => followers() > 0 || hasEnded(watched));
  return watched;
}

test.each(
  inheritedNames,
)('an answer with the key `%s` changes nothing but its own place', async (name) => {
  const hostile = `"${name}":{"polluted":1,"then":null,"${name}":{"isAdmin":true}}`;
  answers = {
    first: () => `{"data":{"thing":{${hostile},"__typename":"Thing","id":"1"},${hostile}},
      "extensions":{${hostile}}}`,
    second: () => `{"data":{"_entities":[{${hostile},"__typename":"Thing","stars":5,"valueOf":7}],
      ${hostile}},"errors":[{"message":"no","path":["_entities",0,"worth"],
      "extensions":{"code":"${name}",${hostile}}}]}`,
  };
  for (let time = 0; time < 3; time += 1) {
    const query = '{ thing { id stars valueOf } }';
    const { data } = await ask<object>(url, query);
    expect(data).toEqual({ thing: { id: '1', stars: 5, valueOf: 7 } });
  }
  expectUnharmed();
});
