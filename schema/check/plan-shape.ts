import {
  type DirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
  print,
  type TypeNode,
  type UnionTypeDefinitionNode,
} from 'graphql';
import { namedTypeOf } from './coordinates.ts';

/**
 * All of a supergraph that plans are made by: who resolves what, by which keys, and which fields
 * lead to which types. Where it is the same, every operation is planned as before.
 */
export function planShape({ definitions }: DocumentNode): string {
  const types = definitions.filter(isTypeDefinitionNode);
  const composite = new Set(
    types.filter(({ kind }) => compositeKinds.has(kind)).map(({ name }) => name.value),
  );
  const leadsTo = (type: TypeNode): string => {
    const name = namedTypeOf(type);
    return composite.has(name) ? name : '';
  };
  return types
    .filter(({ name, kind }) => composite.has(name.value) || kind === Kind.ENUM_TYPE_DEFINITION)
    .map((node) => {
      const { fields = [], interfaces = [] } = node as ObjectTypeDefinitionNode;
      const { types: members = [] } = node as UnionTypeDefinitionNode;
      const own = [node.kind, node.name.value, ...names(interfaces), ...names(members)];
      const parts = fields.map(
        (field) => `${field.name.value}:${leadsTo(field.type)} ${joins(field.directives)}`,
      );
      return [own.join(' '), joins(node.directives), ...parts].join('\n');
    })
    .join('\n\n');
}

const compositeKinds = new Set<string>([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
]);

const names = (types: readonly NamedTypeNode[]): string[] => types.map(({ name }) => name.value);

/** The directives by which a supergraph tells of its subgraphs. */
const joins = (directives: readonly DirectiveNode[] = []): string =>
  directives
    .filter(({ name }) => name.value.startsWith('join__'))
    .map((directive) => print(directive))
    .join(' ');
