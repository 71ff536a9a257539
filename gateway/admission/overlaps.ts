import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  Kind,
  type SelectionSetNode,
} from 'graphql';

/**
 * Counts the pairs of fields that share a place and a name in the answer, so that validation must
 * compare them: 970 times
 * `shop{id}` takes it 100 ms. Fragments are expanded, each once where it stands several times in a
 * row: call it only for documents whose expanded size is bounded.
 * @returns a number above `limit` as soon as there are more than that
 */
export function overlapsOf(
  document: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  limit: number,
): number {
  let pairs = 0;

  const count = (sets: readonly SelectionSetNode[]): void => {
    const places = new Map<string, FieldNode[]>();
    for (const set of sets) collect(set, fragments, places, new Set());
    for (const fields of places.values()) {
      pairs += (fields.length * (fields.length - 1)) / 2;
      if (pairs > limit) return;
      const inner = fields.flatMap(({ selectionSet }) => selectionSet ?? []);
      if (inner.length > 0) count(inner);
    }
  };

  for (const definition of document.definitions) {
    if ('selectionSet' in definition) count([definition.selectionSet]);
    if (pairs > limit) break;
  }
  return pairs;
}

function collect(
  set: SelectionSetNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  places: Map<string, FieldNode[]>,
  within: Set<string>,
): void {
  for (const node of set.selections) {
    if (node.kind === Kind.FIELD) {
      const name = node.alias?.value ?? node.name.value;
      const there = places.get(name);
      if (there) there.push(node);
      else places.set(name, [node]);
    } else if (node.kind === Kind.INLINE_FRAGMENT) {
      collect(node.selectionSet, fragments, places, within);
    } else {
      const fragment = fragments.get(node.name.value);
      if (!fragment || within.has(node.name.value)) continue;
      within.add(node.name.value);
      collect(fragment.selectionSet, fragments, places, within);
    }
  }
}
