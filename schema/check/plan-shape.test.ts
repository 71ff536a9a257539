import { expect, test } from '@jest/globals';
import { parse } from 'graphql';
import { compose } from '../composition.ts';
import { baseFiles, edited, subgraphsOf } from './edits/edits.ts';
import { planShape } from './plan-shape.ts';

const shape = (...changes: string[]) => {
  const files = changes.length > 0 ? edited({ title: '', changes, verdict: '' }) : baseFiles;
  return planShape(parse(compose(subgraphsOf(files)).supergraph ?? ''));
};

test.each([
  ['the scalar of a field', 'stays:   stars: Float -> stars: String'],
  ['null', 'stays:   title: String! -> title: String'],
  ['a default', 'stays: stays(first: Int! = 20 -> stays(first: Int! = 10'],
  ['a description', 'stays: "Only ever received." -> "Other words."'],
  ['what clients see', 'stays:   motto: String -> motto: String @inaccessible'],
])('%s changes no plan', (_, change) => {
  expect(shape(change)).toBe(shape());
});

test.each([
  ['a field', 'stays:   motto: String -> motto: String\\n  more: String'],
  ['the type that a field leads to', 'stays:   subTitle: String -> subTitle: Lost'],
  [
    'a key',
    'stays: @key(fields: "id") @key(fields: "code") @key(fields: "name") -> @key(fields: "id") @key(fields: "code")',
  ],
  [
    'what a field requires',
    'reviews: @requires(fields: "price")\\n  free: Boolean! @shareable -> @requires(fields: "price free")\\n  free: Boolean! @external',
  ],
  ['who resolves a field', 'reviews:   free: Boolean! @shareable ->'],
  ['a member of a union', 'stays: union Found = Stay | Shop -> union Found = Stay'],
  [
    'an interface of a type',
    'stays: type Shop implements Place & Dated -> type Shop implements Place',
  ],
])('%s may change plans', (_, change) => {
  expect(shape(change)).not.toBe(shape());
});
