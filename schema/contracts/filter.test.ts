import { expect, test } from '@jest/globals';
import { parse, printSchema } from 'graphql';
import { validApiOf } from '../check/contract.ts';
import { compose } from '../composition.ts';
import { type ContractFilter, contractSupergraph } from './filter.ts';

const sdl = (hidden = '') => `
  extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@tag", "@inaccessible"])
  type Query {
    stay(id: ID!, note: String @tag(name: "inner")): Stay @tag(name: "partner")
    bills(state: State!): [Bill!]! ${hidden}
  }
  type Mutation { pay(sn: ID!): Bill }
  interface Node { id: ID! }
  type Stay implements Node @tag(name: "partner") {
    id: ID!
    kind: Kind
    host: String @tag(name: "inner")
    price(in: Unit): Int
    bill: Bill
  }
  type Bill { sn: ID! @tag(name: "partner") total: Int }
  enum Kind { HOUSE SECRET @tag(name: "inner") }
  enum State { DUE }
  input Unit { code: String! extra: String @tag(name: "inner") }
  union Any = Stay | Bill
`;

/** What a contract shows, in one line for each type; directives of operations are in every one. */
function shown(filter: Partial<ContractFilter>, source = sdl()): string[] {
  const { supergraph = '' } = compose([{ name: 'stays', file: 'stays.graphql', sdl: source }]);
  const view = contractSupergraph(supergraph, { include: [], exclude: [], ...filter });
  return printSchema(validApiOf(parse(view)))
    .split('\n\n')
    .map((type) => type.replaceAll(/\s+/g, ' '))
    .filter((type) => !type.startsWith('directive @defer'));
}

const withoutInner = [
  'type Query { stay(id: ID!): Stay bills(state: State!): [Bill!]! }',
  'type Mutation { pay(sn: ID!): Bill }',
  'interface Node { id: ID! }',
  'type Stay implements Node { id: ID! kind: Kind price(in: Unit): Int bill: Bill }',
  'type Bill { sn: ID! total: Int }',
  'enum Kind { HOUSE }',
  'enum State { DUE }',
  'input Unit { code: String! }',
  'union Any = Stay | Bill',
];

test('what has an excluded tag is left out: fields, arguments, fields of inputs, values', () => {
  expect(shown({ exclude: ['inner'] }).sort()).toEqual([...withoutInner].sort());
});

test('with included tags only tagged types and fields are shown, with the enums and inputs they need', () => {
  expect(shown({ include: ['partner'] }).sort()).toEqual(
    [
      'type Query { stay(id: ID!, note: String): Stay }',
      'type Stay { id: ID! kind: Kind host: String price(in: Unit): Int bill: Bill }',
      'type Bill { sn: ID! }',
      'enum Kind { HOUSE SECRET }',
      'input Unit { code: String! extra: String }',
    ].sort(),
  );
  expect(shown({ include: ['partner'], exclude: ['inner'] })).toContain(
    'type Stay { id: ID! kind: Kind price(in: Unit): Int bill: Bill }',
  );
});

test('what clients cannot see at all is in no contract', () => {
  const all = shown({ exclude: ['nothing'] }, sdl('@inaccessible @tag(name: "partner")'));
  expect(all.find((type) => type.startsWith('type Query'))).not.toContain('bills');
});

test('a contract that shows a field and not what it gives makes no schema', () => {
  const untagged = sdl().replace('sn: ID! @tag(name: "partner")', 'sn: ID!');
  expect(() => shown({ include: ['partner'] }, untagged)).toThrow('"Stay.bill"');
});
