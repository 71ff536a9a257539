import {
  buildASTSchema,
  type DefinitionNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type ObjectTypeDefinitionNode,
  type ObjectTypeExtensionNode,
  parse,
} from 'graphql';

/**
 * What a subgraph serves to whoever asks it directly: its own schema and federation's `_entities`.
 */
export function subgraphSchema(sdl: string): GraphQLSchema {
  const { definitions } = parse(sdl, { noLocation: true });
  const defined = new Set(
    definitions.flatMap((node) =>
      node.kind === Kind.OBJECT_TYPE_DEFINITION ? node.name.value : [],
    ),
  );
  const entities = definitions.flatMap((node) => (isEntity(node) ? node.name.value : []));
  const federation = parse(`
    scalar _Any
    type _Service { sdl: String }
    extend type Query { _service: _Service! }
    ${entities.length > 0 ? entityField(entities) : ''}
  `);
  // A type that is only extended here is defined in another subgraph.
  const own = definitions.map((node): DefinitionNode => {
    if (node.kind !== Kind.OBJECT_TYPE_EXTENSION || defined.has(node.name.value)) return node;
    defined.add(node.name.value);
    return { ...node, kind: Kind.OBJECT_TYPE_DEFINITION };
  });
  const document: DocumentNode = {
    kind: Kind.DOCUMENT,
    definitions: [...own, ...federation.definitions],
  };
  return buildASTSchema(document, { assumeValidSDL: true });
}

const entityField = (names: readonly string[]): string =>
  `union _Entity = ${[...new Set(names)].join(' | ')} extend type Query { _entities(representations: [_Any!]!): [_Entity]! }`;

const isEntity = (
  node: DefinitionNode,
): node is ObjectTypeDefinitionNode | ObjectTypeExtensionNode =>
  (node.kind === Kind.OBJECT_TYPE_DEFINITION || node.kind === Kind.OBJECT_TYPE_EXTENSION) &&
  (node.directives ?? []).some(({ name }) => name.value === 'key');
