import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { testSettings } from '../../testing/gateway/small-system.ts';
import { preparation } from '../execution/prepared-operation.ts';
import { costLimit } from './operation-cost.ts';

const served = preparation(
  compose([
    {
      name: 'things',
      url: 'http://127.0.0.1:1/graphql',
      sdl: `
        type Query {
          page(first: Int, last: Int): Page
          named(count: Int = 5): Named
            @listSize(assumedSize: 20, slicingArguments: ["count"], sizedFields: ["items"])
          fixed: Fixed @listSize(assumedSize: 30, sizedFields: ["items"])
          unsliced: Page
          place: Place
          best(first: Int = 3): Shop
          shop: Shop
          report(by: By, in: [State], deep: Boolean @cost(weight: 7)): Report @cost(weight: 50)
          cheap: String @cost(weight: -100)
          reports: [Report] @listSize(assumedSize: 10)
          dear: Dear
        }
        input By { name: String @cost(weight: 3) or: [By!] }
        type Report @cost(weight: 20) { state: State id: ID }
        enum State @cost(weight: 5) { A }
        interface Dear { x: String }
        type House2 implements Dear { x: String @cost(weight: 9) }
        type Page { items: [Item] total: Int }
        type Named { items: [Item] others: [Item] }
        type Fixed { items: [Item] }
        type Item { id: ID! }
        interface Place { tags: [Item] notes: [Item] @listSize(assumedSize: 4) }
        type House implements Place {
          tags: [Item] @listSize(assumedSize: 400) notes: [Item] @listSize(assumedSize: 40)
        }
        type Shop implements Place @key(fields: "id") {
          id: ID! tags: [Item] @listSize(assumedSize: 2) notes: [Item]
        }
      `,
    },
  ]),
);
const limit = costLimit(testSettings());

/** What an operation weighs that is not new; undefined where it is refused. */
function weightOf(query: string): number | undefined {
  const document = parse(query);
  try {
    limit(served, document, {});
    return limit(served, document, {});
  } catch {
    return undefined;
  }
}

test.each<[string, string, number | undefined]>([
  ['its argument', '{ page(first: 50) { items { id } } }', 101],
  ['the larger of two', '{ page(first: 50, last: 60) { items { id } } }', 121],
  ['an empty page', '{ page(first: 0) { items { id } } }', 3],
  ['no argument: what nobody has declared', '{ page { items { id } } }', 201],
  ['null', '{ page(first: null) { items { id } } }', 201],
  ['a negative number', '{ page(first: -1) { items { id } } }', 201],
  ['a variable without a value', 'query ($n: Int) { page(first: $n) { items { id } } }', 201],
  ['too much', '{ page(first: 1000000000) { items { id } } }', undefined],
  ['what the argument is without a value', '{ named { items { id } } }', 11],
  ['null where a size is assumed', '{ named(count: null) { items { id } } }', 41],
  ['a list of the page that is not sized', '{ named(count: 1) { others { id } } }', 102],
  ['an assumed size of a page', '{ fixed { items { id } } }', 61],
  ['a page by a field that says nothing', '{ unsliced { items { id } } }', 201],
  ['a list of an interface: that of its longest type', '{ place { tags { id } } }', 402],
  ['also where the interface says less', '{ place { notes { id } } }', 102],
  ['an entity that is sliced elsewhere', '{ shop { notes { id } } }', 102],
])('a list weighs by %s', (_what, query, weight) => {
  expect(weightOf(query)).toBe(weight);
});

test.each<[string, string, number]>([
  ['a field and its type', '{ report { id } }', 50 + 20 + 1],
  ['an argument that is given', '{ report(deep: true) { id } }', 50 + 7 + 20 + 1],
  [
    'members in lists of members',
    '{ report(by: { or: [{ name: "a" }, { name: "b" }] }) { id } }',
    77,
  ],
  ['the type of an argument', '{ report(in: [A, A]) { id } }', 50 + 2 * 5 + 20 + 1],
  ['a single value that stands for a list', '{ report(by: { or: { name: "a" } }) { id } }', 74],
  [
    'members that a variable has by default',
    'query ($by: By = { name: "a", or: [{ name: "b" }] }) { report(by: $by) { id } }',
    77,
  ],
  ['each element of a list', '{ reports { id } }', 1 + 10 * (20 + 1)],
  ['an enum', '{ reports { state } }', 1 + 10 * (20 + 1 + 5)],
  ['a field of an interface: what its dearest type says', '{ dear { x } }', 1 + 9],
  ['nothing that is negative', '{ cheap shop { id } }', 0 + 2],
])('@cost counts of %s', (_what, query, weight) => {
  expect(weightOf(query)).toBe(weight);
});

test.each([
  'query A($n: Int = 1) { page(first: $n) { items { id } } } query B($n: Int) { page(first: $n) { total } }',
  'query B($n: Int) { page(first: $n) { total } } query A($n: Int = 1) { page(first: $n) { items { id } } }',
])('a default of one operation holds for no other that has none: %s', (query) => {
  expect(weightOf(query)).toBe(201);
});
