import { readFileSync } from 'node:fs';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { expect, test } from '@jest/globals';
import { graphql, parse } from 'graphql';
import { ServiceUnavailable } from '../../../runtime/errors.ts';
import type { ServiceClient } from '../../../runtime/service-client.ts';
import { homestayToOrder } from './homestay-to-order.ts';

const sdl = readFileSync(new URL('../../../schema/travel.graphql', import.meta.url), 'utf8');
const money = (amount: number) => ({ amount, currency: 'CNY' });
const nightPrices = (_: unknown, { from, to }: { from: string; to: string }) => [
  { night: from, price: money(from.length + to.length) },
];

/** A travel service that knows all homestays but some, and fails for some. */
function travel() {
  const schema = buildSubgraphSchema({
    typeDefs: parse(sdl),
    resolvers: {
      Homestay: {
        __resolveReference({ id }: { id: string }) {
          if (id === 'fails') throw new Error('no price');
          return id === 'unknown'
            ? null
            : { id, title: id, city: '', timeZone: 'Asia/Shanghai', price: money(1) };
        },
        subTitle: () => '',
        banner: () => '',
        capacity: () => 2,
        minimumNights: () => 1,
        soldPerPerson: () => false,
        onShelf: () => true,
        foodPrice: () => money(2),
        nightPrices,
        shop: () => ({ id: 'shop', hostId: 'host', open: true }),
      },
    },
  });
  const asked: string[] = [];
  const ask = async (query: string, variableValues: Record<string, unknown> = {}) => {
    asked.push(/\w+ +\w+/.exec(query)?.[0] ?? '');
    const { data, errors } = await graphql({ schema, source: query, variableValues });
    if (errors?.length || !data) throw new ServiceUnavailable(String(errors?.[0]?.message));
    return data;
  };
  return { asked, homestay: homestayToOrder({ ask } as Pick<ServiceClient, 'ask'>) };
}

const stay = (day: number) => ({ checkIn: `2030-05-0${day}`, checkOut: `2030-05-0${day + 2}` });

test('homestays that are asked for while a question is under way go together, each for its stay', async () => {
  const { asked, homestay } = travel();
  const answers = await Promise.all([
    homestay('one', stay(1)),
    homestay('two', stay(1)),
    homestay('unknown', stay(2)),
    homestay('three', stay(2)),
    homestay('two', stay(3)),
    homestay('two'),
  ]);
  expect(asked).toEqual(['query HomestayToOrder', 'query HomestaysToOrder']);
  expect(answers.map((answer) => answer && [answer.id, answer.nightPrices])).toEqual([
    ['one', { '2030-05-01': 20 }],
    ['two', { '2030-05-01': 20 }],
    null,
    ['three', { '2030-05-02': 20 }],
    ['two', { '2030-05-03': 20 }],
    ['two', {}],
  ]);
});

test('an error is told to those alone who asked for what fails', async () => {
  const { asked, homestay } = travel();
  const [, two, fails] = await Promise.allSettled([
    homestay('one', stay(1)),
    homestay('two', stay(1)),
    homestay('fails', stay(1)),
  ]);
  expect(two).toMatchObject({ status: 'fulfilled', value: { id: 'two', hostId: 'host' } });
  expect(fails).toMatchObject({ status: 'rejected', reason: { message: 'no price' } });
  expect(asked).toHaveLength(4);
});
