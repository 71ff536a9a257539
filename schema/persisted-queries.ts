import { createHash } from 'node:crypto';
import { type DocumentNode, Kind, print, type SelectionSetNode, visit } from 'graphql';
import type { RegisteredOperation } from './operations.ts';

/** The manifest of persisted queries, generated and committed; from the project's root. */
export const manifestFile = 'schema/persisted-query-manifest.json';

/**
 * The manifest that `@apollo/generate-persisted-query-manifest` would write for these operations:
 * Apollo Client's link sends an operation's id, and the gateway knows its text.
 */
export function persistedQueryManifest(operations: readonly RegisteredOperation[]): string {
  const entries = operations.map(({ name, type, document }) => {
    const body = persistedText(document);
    return { id: createHash('sha256').update(body).digest('hex'), name, type, body };
  });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const manifest = { format: 'apollo-persisted-query-manifest', version: 1, operations: entries };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The text that Apollo Client sends for a document; its hash is the id. */
export const persistedText = (document: DocumentNode): string => print(withTypenames(document));

/**
 * Asks for `__typename` wherever Apollo Client does: in every selection but the operation's own.
 */
function withTypenames(document: DocumentNode): DocumentNode {
  return visit(document, {
    SelectionSet(node, _key, parent): SelectionSetNode | undefined {
      if (!parent || 'length' in parent || parent.kind === Kind.OPERATION_DEFINITION)
        return undefined;
      if (
        node.selections.some(
          (field) => field.kind === Kind.FIELD && field.name.value.startsWith('__'),
        )
      )
        return undefined;
      const typename = {
        kind: Kind.FIELD as const,
        name: { kind: Kind.NAME as const, value: '__typename' },
      };
      return { ...node, selections: [...node.selections, typename] };
    },
  });
}
