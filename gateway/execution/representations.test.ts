import type { FetchNode, QueryPlanSelectionNode } from '@apollo/query-planner';
import { expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { placesOf, representer } from './representations.ts';

const schema = buildSchema(`
  type Query { a: Int }
  interface Place { id: ID }
  type House implements Place { id: ID }
  type Tent implements Place { id: ID }`);

const field = (name: string, selections?: QueryPlanSelectionNode[]): QueryPlanSelectionNode => ({
  kind: 'Field',
  name,
  ...(selections ? { selections } : {}),
});
const on = (typeCondition: string, ...selections: QueryPlanSelectionNode[]) =>
  ({ kind: 'InlineFragment', typeCondition, selections }) as QueryPlanSelectionNode;
const name = field('__typename');

/** What represents entities, with all places of each. */
function represented(
  requires: QueryPlanSelectionNode[],
  entities: unknown[],
  more: Partial<FetchNode> = {},
): [unknown, number[]][] {
  const found = representer(schema, { requires, ...more } as FetchNode)(entities);
  return found.texts.map((text, i) => [JSON.parse(text), placesOf(found, i)]);
}

const house = (id: unknown) => ({ __typename: 'House', id, other: 1 });
const represents = (id: unknown, __typename = 'House') => ({ __typename, id });

test('an entity is asked for once, however often it occurs', () => {
  expect(represented([on('House', name, field('id'))], ['a', 'b', 'a', 'a'].map(house))).toEqual([
    [represents('a'), [0, 2, 3]],
    [represents('b'), [1]],
  ]);
});

test('keys that look alike are told apart', () => {
  const keys = ['1', 1, null, 'null', '"1"', '{"__typename":"House","id":1}', true, 'true'];
  const found = keys.map((key, i) => [represents(key), [i, keys.length + i]]);
  const all = [...keys, ...keys].map(house);
  expect(represented([on('House', name, field('id'))], all)).toEqual(found);
  expect(represented([on('Place', name, field('id'))], all)).toEqual(found);
});

test.each(['House', 'Place'])('what has no key, or is no %s, is not asked for', (type) => {
  const given = [
    ...[{ __typename: 'House' }, { __typename: 'House', id: undefined }, { id: 'a' }, 7, 'x', [[]]],
    ...[
      { __typename: 'Query', id: 'a' },
      { __typename: 'Nothing', id: 'a' },
    ],
    ...[
      { __typename: '', id: 'a' },
      { __typename: ['House'], id: 'a' },
    ],
  ];
  expect(represented([on(type, name, field('id'))], given)).toEqual([]);
});

test.each(['constructor', '__proto__', 'toString'])('an inherited `%s` is no key', (key) => {
  const own = JSON.parse(`{"__typename":"House","${key}":"a"}`);
  const requires = [on('House', name, field(key))];
  const found = representer(schema, { requires } as FetchNode)([{ __typename: 'House' }, own]);
  expect(found.texts).toEqual([JSON.stringify(own)]);
  // Beside another key it is not what entities are told apart by.
  const two = [on('House', name, field('id'), field(key))];
  expect(represented(two, [house('a')])).toEqual([]);
});

test('entities of several types have keys of their own', () => {
  const requires = [on('House', name, field('id')), on('Tent', name, field('id'))];
  const given = [house('a'), { __typename: 'Tent', id: 'a' }, house('a')];
  expect(represented(requires, given)).toEqual([
    [represents('a'), [0, 2]],
    [represents('a', 'Tent'), [1]],
  ]);
});

test('fields in any order, below others and from several fragments represent an entity', () => {
  const given = [{ ...house('a"\n'), at: { x: 1, y: 2 }, list: [{ x: 1 }, null] }];
  const at = field('at', [field('x')]);
  const list = field('list', [field('x')]);
  const whole = { ...represents('a"\n'), at: { x: 1 }, list: [{ x: 1 }, null] };
  const requires: QueryPlanSelectionNode[][] = [
    [on('House', field('id'), name, at, list)],
    [on('House', name, field('id')), on('Place', at, list)],
    [on('Place', name, field('id'), at), on('House', list, field('id'))],
  ];
  for (const one of requires) expect(represented(one, given)).toEqual([[whole, [0]]]);
  expect(represented([on('House', field('id'), name, field('other'))], given)).toEqual([
    [{ ...represents('a"\n'), other: 1 }, [0]],
  ]);
  expect(represented([on('House', name)], given)).toEqual([[{ __typename: 'House' }, [0]]]);
  // A subgraph cannot tell what it is.
  expect(represented([on('House', field('id'))], given)).toEqual([]);
});

test('what the planner wants set is set before entities are told apart', () => {
  const set = { kind: 'ValueSetter' as const, path: ['__typename'], setValueTo: 'Place' };
  const given = [house('a'), { __typename: 'Tent', id: 'a' }];
  const found = represented([on('Place', name, field('id'))], given, { inputRewrites: [set] });
  expect(found).toEqual([[represents('a', 'Place'), [0, 1]]]);
});
