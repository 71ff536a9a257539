import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { type DocumentNode, Kind, parse } from 'graphql';
import { applied, elementsOfSupergraph } from './check/diff/supergraph-elements.ts';
import { projectFile, supergraphFile } from './subgraphs.ts';

/** The fields of types that are marked as the same for all, by the subgraph that adds them. */
function addedToMarked(supergraph: DocumentNode) {
  const elements = elementsOfSupergraph(supergraph);
  const marked = new Set(
    elements
      .filter(({ directives }) => applied(directives, 'cacheControl')[0]?.maxAge)
      .map(({ at }) => at),
  );
  return elements.filter(({ at, directives }) => {
    const owners = applied(directives, 'join__field').map(({ graph }) => graph);
    return marked.has(at.split('.')[0] as string) && owners.some((owner) => owner !== 'TRAVEL');
  });
}

const supergraph = parse(readFileSync(projectFile(supergraphFile), 'utf8'));
const leaves = new Set(
  supergraph.definitions.flatMap((node) =>
    node.kind === Kind.SCALAR_TYPE_DEFINITION || node.kind === Kind.ENUM_TYPE_DEFINITION
      ? [node.name.value]
      : [],
  ),
);

/** A field that gives objects is not kept unless it is marked itself. */
const givesLeaf = (at: string): boolean => {
  const [type, field] = at.split('.');
  const definition = supergraph.definitions.find(
    (node) => node.kind === Kind.OBJECT_TYPE_DEFINITION && node.name.value === type,
  );
  const fields = definition?.kind === Kind.OBJECT_TYPE_DEFINITION ? definition.fields : [];
  let of = fields?.find(({ name }) => name.value === field)?.type;
  while (of && of.kind !== Kind.NAMED_TYPE) of = of.type;
  const name = of?.name.value ?? '';
  return leaves.has(name) || ['ID', 'String', 'Int', 'Float', 'Boolean'].includes(name);
};

test('a leaf that a subgraph adds to what another has marked as public says for itself', () => {
  const added = addedToMarked(supergraph).filter(({ at }) => givesLeaf(at));
  expect(added.map(({ at }) => at)).toContain('Homestay.calendarUrl');
  const silent = added.filter(({ directives }) => applied(directives, 'cacheControl').length === 0);
  expect(silent.map(({ at }) => at)).toEqual([]);
});
