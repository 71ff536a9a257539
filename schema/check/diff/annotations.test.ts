import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { annotationChanges } from './annotations.ts';
import { ownershipOf } from './ownership.ts';

const supergraph = (written: string) =>
  parse(`
    enum join__Graph { ONE @join__graph(name: "one", url: "") }
    type Query { a: Int ${written} }
  `);
const changes = (before: string, after: string) =>
  annotationChanges(ownershipOf(supergraph(before)), ownershipOf(supergraph(after))).map(
    ({ rule, impact }) => `${impact} ${rule}`,
  );

const scopes = (...lists: string[][]) => `@requiresScopes(scopes: ${JSON.stringify(lists)})`;
const closed = 'breaking ACCESS_CLOSED';
const opened = 'breaking ACCESS_OPENED';

test.each([
  ['nothing', '', '', []],
  ['signed in from now on', '', '@authenticated', [closed]],
  ['open to all from now on', '@authenticated', '', [opened]],
  ['a scope from now on', '', scopes(['a']), [closed]],
  ['no scope any more', scopes(['a']), '', [opened]],
  ['one scope more in need', scopes(['a']), scopes(['a', 'b']), [closed]],
  ['one scope less in need', scopes(['a', 'b']), scopes(['a']), [opened]],
  ['another way in', scopes(['a']), scopes(['a'], ['b']), [opened]],
  ['one way in less', scopes(['a'], ['b']), scopes(['a']), [closed]],
  ['another scope', scopes(['a']), scopes(['b']), [closed, opened]],
  ['the same in another order', scopes(['a', 'b'], ['c']), scopes(['c'], ['b', 'a']), []],
  ['a policy', '', '@policy(policies: [["owner"]])', [closed]],
  ['a policy less', '@policy(policies: [["owner"]])', '', [opened]],
  ['a tag', '', '@tag(name: "x")', ['safe TAG_ADDED']],
  ['another tag', '@tag(name: "x")', '@tag(name: "y")', ['safe TAG_ADDED', 'safe TAG_REMOVED']],
  ['a cost', '@cost(weight: 1)', '@cost(weight: 2)', ['dangerous COST_CHANGED']],
  ['hidden', '', '@inaccessible', ['safe HIDDEN']],
  ['revealed', '@inaccessible', '', ['dangerous REVEALED']],
])('%s', (_, before, after, expected) => {
  expect(changes(before, after)).toEqual(expected);
});
