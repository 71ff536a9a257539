import { createHash } from 'node:crypto';
import { type DefinitionNode, Kind, parse, print, visit } from 'graphql';

/** Longer texts are compared as texts alone, so that an unknown one costs little. */
const maxTokens = 5_000;

/**
 * What texts of the same document have in common, however they are laid out, whatever the order of
 * their definitions, and wherever a client has added `__typename`; undefined for what is none.
 */
export function documentKey(text: string): string | undefined {
  try {
    const document = visit(parse(text, { noLocation: true, maxTokens }), {
      SelectionSet(node, _key, parent) {
        // What is asked of the operation itself is not added by a client.
        if (!parent || 'length' in parent || parent.kind === Kind.OPERATION_DEFINITION) return;
        const selections = node.selections.filter(
          (field) =>
            field.kind !== Kind.FIELD ||
            field.name.value !== '__typename' ||
            field.alias !== undefined ||
            Boolean(field.directives?.length),
        );
        return selections.length > 0 ? { ...node, selections } : undefined;
      },
    });
    const parts = document.definitions.map((part: DefinitionNode) => print(part)).sort();
    return createHash('sha256').update(parts.join('\n')).digest('hex');
  } catch {
    return undefined;
  }
}
