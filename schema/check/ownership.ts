import {
  type DirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  valueFromASTUntyped,
} from 'graphql';

/** Who owns what in a supergraph, as its `join__` directives say. Subgraphs are called by their own names. */
export type Ownership = {
  subgraphs: ReadonlySet<string>;
  /** By `Type` and subgraph: the keys it resolves the entity by. */
  keys: ReadonlyMap<string, ReadonlySet<string>>;
  /** By `Type.field`: how each subgraph that resolves it does. */
  fields: ReadonlyMap<string, ReadonlyMap<string, FieldOwner>>;
  /** What clients do not see. */
  hidden: ReadonlySet<string>;
};

export type FieldOwner = { override?: string; requires?: string; provides?: string };

type Arguments = Record<string, unknown>;
type Annotated = { directives?: readonly DirectiveNode[] };

/** What the directives of one name say on an element, one record each. */
const applied = ({ directives = [] }: Annotated, name: string): Arguments[] =>
  directives
    .filter((directive) => directive.name.value === name)
    .map(({ arguments: args = [] }) =>
      Object.fromEntries(
        args.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
      ),
    );

export function ownershipOf(supergraph: DocumentNode): Ownership {
  const names = subgraphNames(supergraph);
  const keys = new Map<string, Set<string>>();
  const fields = new Map<string, Map<string, FieldOwner>>();
  const hidden = new Set<string>();
  const hide = (node: Annotated, coordinate: string): void => {
    if (applied(node, 'inaccessible').length > 0) hidden.add(coordinate);
  };

  for (const type of supergraph.definitions) {
    if (!isTypeDefinitionNode(type)) continue;
    const typeName = type.name.value;
    if (/^(join|link)__/.test(typeName)) continue;
    hide(type, typeName);
    const graphs = applied(type, 'join__type');
    for (const { graph, key, resolvable } of graphs) {
      if (typeof key !== 'string' || resolvable === false) continue;
      const id = `${typeName} in ${names.get(String(graph))}`;
      keys.set(id, new Set([...(keys.get(id) ?? []), key]));
    }
    if (type.kind === Kind.ENUM_TYPE_DEFINITION) {
      for (const value of type.values ?? []) hide(value, `${typeName}.${value.name.value}`);
    }
    if (!('fields' in type)) continue;
    for (const field of type.fields ?? []) {
      const coordinate = `${typeName}.${field.name.value}`;
      hide(field, coordinate);
      const joins = applied(field, 'join__field');
      const resolving = joins.filter(
        ({ external, usedOverridden }) => !external && !usedOverridden,
      );
      const owners = (joins.length > 0 ? resolving : graphs).map((join): [string, FieldOwner] => {
        const { graph, override, requires, provides } =
          joins.length > 0 ? (join as FieldOwner & Arguments) : join;
        return [
          names.get(String(graph)) ?? String(graph),
          { override, requires, provides } as FieldOwner,
        ];
      });
      fields.set(coordinate, new Map(owners));
    }
  }
  return { subgraphs: new Set(names.values()), keys, fields, hidden };
}

/** `join__Graph`'s values and the subgraphs they stand for. */
function subgraphNames(supergraph: DocumentNode): Map<string, string> {
  const graphs = supergraph.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  );
  if (graphs?.kind !== Kind.ENUM_TYPE_DEFINITION) return new Map();
  return new Map(
    (graphs.values ?? []).map((value) => [
      value.name.value,
      String(applied(value, 'join__graph')[0]?.name),
    ]),
  );
}
