import { expect, test } from '@jest/globals';
import { type DocumentNode, getNamedType, isLeafType, isObjectType } from 'graphql';
import { type Contract, contractOf } from './check/contract.ts';
import { applied, elementsOfSupergraph } from './check/diff/supergraph-elements.ts';
import { readText, supergraphFile } from './subgraphs.ts';

type Federation = NonNullable<Contract['federation']>;

/** The fields of types that are marked as the same for all, by the subgraph that adds them. */
function addedToMarked(supergraph: DocumentNode) {
  const elements = elementsOfSupergraph(supergraph);
  const marked = new Set(
    elements
      .filter(({ directives }) => applied(directives, 'cacheControl')[0]?.maxAge)
      .map(({ at }) => at),
  );
  return elements.filter(({ at, directives }) => {
    // What a subgraph only needs of another is answered by that one.
    const owners = applied(directives, 'join__field')
      .filter(({ external }) => external !== true)
      .map(({ graph }) => graph);
    return marked.has(at.split('.')[0] as string) && owners.some((owner) => owner !== 'TRAVEL');
  });
}

const { document, everything } = contractOf(readText(supergraphFile)).federation as Federation;

/** A field that gives objects is not kept unless it is marked itself. */
const givesLeaf = (at: string): boolean => {
  const [type = '', field = ''] = at.split('.');
  const owner = everything.getType(type);
  const given = isObjectType(owner) ? owner.getFields()[field]?.type : undefined;
  return given !== undefined && isLeafType(getNamedType(given));
};

test('a leaf that a subgraph adds to what another has marked as public says for itself', () => {
  const added = addedToMarked(document).filter(({ at }) => givesLeaf(at));
  expect(added.map(({ at }) => at)).toContain('Homestay.calendarUrl');
  const silent = added.filter(({ directives }) => applied(directives, 'cacheControl').length === 0);
  expect(silent.map(({ at }) => at)).toEqual([]);
});

test('what another gateway has changed is seen within half a minute: nothing is kept for longer', () => {
  const kept = elementsOfSupergraph(document).flatMap(({ directives }) =>
    applied(directives, 'cacheControl').map(({ maxAge }) => Number(maxAge ?? 0)),
  );
  expect(Math.max(...kept)).toBe(30);
});
