import {
  type DirectiveNode,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  isTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  print,
  type SelectionNode,
  type TypeDefinitionNode,
  visit,
} from 'graphql';
import {
  applied,
  elementsOfSupergraph,
  isFederationName,
  type SupergraphElement,
} from './supergraph-elements.ts';

/**
 * Who owns what in a supergraph, as its `join__` directives say. Subgraphs are called by their own
 * names.
 */
export type Ownership = {
  subgraphs: ReadonlySet<string>;
  /** By `Type in subgraph`: the keys it resolves the entity by. */
  keys: ReadonlyMap<string, ReadonlySet<string>>;
  /** By `Type`: the subgraphs that define it. */
  types: ReadonlyMap<string, readonly string[]>;
  /** By `Type.field`: how each subgraph that resolves it does. */
  fields: ReadonlyMap<string, ReadonlyMap<string, FieldOwner>>;
  /** By `Type.field`: the subgraphs that know it, as their own or as somebody else's. */
  known: ReadonlyMap<string, readonly string[]>;
  /** Every element with what is written on it. */
  elements: ReadonlyMap<string, SupergraphElement>;
};

export type FieldOwner = {
  override?: string;
  overrideLabel?: string;
  requires?: string;
  provides?: string;
};

export function ownershipOf(supergraph: DocumentNode): Ownership {
  const names = subgraphNames(supergraph);
  const nameOf: NameOf = (graph) => names.get(String(graph)) as string;
  const parts = supergraph.definitions
    .filter(isTypeDefinitionNode)
    .filter(({ name }) => !isFederationName(name.value))
    .map((type) => ofType(type, nameOf));
  return {
    subgraphs: new Set(names.values()),
    keys: new Map(parts.flatMap(({ keys }) => keys)),
    types: new Map(parts.map(({ type }) => type)),
    fields: new Map(
      parts.flatMap(({ fields }) => fields.map(({ at, owners }) => [at, owners] as const)),
    ),
    known: new Map(
      parts.flatMap(({ fields }) => fields.map(({ at, knownTo }) => [at, knownTo] as const)),
    ),
    elements: new Map(elementsOfSupergraph(supergraph).map((element) => [element.at, element])),
  };
}

type NameOf = (graph: unknown) => string;
type Join = Record<string, unknown>;

/** Who owns one type and its fields. */
function ofType(node: TypeDefinitionNode, nameOf: NameOf) {
  const name = node.name.value;
  const graphs = applied(node.directives, 'join__type');
  const subgraphs = [...new Set(graphs.map(({ graph }) => nameOf(graph)))];
  const { fields = [] } = node as ObjectTypeDefinitionNode;
  return {
    type: [name, subgraphs] as const,
    keys: subgraphs.map((subgraph): [string, Set<string>] => {
      const own = graphs.filter(
        ({ graph, resolvable }) => nameOf(graph) === subgraph && resolvable !== false,
      );
      const keys = own.flatMap(({ key }) => (typeof key === 'string' ? inOrder(key) : []));
      return [`${name} in ${subgraph}`, new Set(keys)];
    }),
    fields: fields.map((field) => ({
      at: `${name}.${field.name.value}`,
      ...ofField(field.directives, graphs, nameOf),
    })),
  };
}

/** The fields of a key by their names: in whatever order they are written, it is the same key. */
function inOrder(key: string): string {
  const ordered = visit(parse(`{ ${key} }`, { noLocation: true }), {
    SelectionSet: {
      leave: (node) => ({ ...node, selections: node.selections.toSorted(byName) }),
    },
  });
  const words = print(ordered).replaceAll(/\s+/g, ' ');
  return words.slice(2, -2);
}

const byName = (one: SelectionNode, other: SelectionNode): number =>
  print(one) < print(other) ? -1 : 1;

/** Where nothing is written on a field, every subgraph that has its type resolves it. */
function ofField(
  directives: readonly DirectiveNode[] | undefined,
  graphs: readonly Join[],
  nameOf: NameOf,
) {
  const joins = applied(directives, 'join__field');
  const all = joins.length > 0 ? joins : graphs;
  const resolving = all.filter(({ external, usedOverridden }) => !external && !usedOverridden);
  return {
    owners: new Map(resolving.map((join) => [nameOf(join.graph), owner(join)])),
    knownTo: [...new Set(all.map(({ graph }) => nameOf(graph)))],
  };
}

const owner = ({
  override,
  overrideLabel,
  requires,
  provides,
}: Record<string, unknown>): FieldOwner =>
  ({ override, overrideLabel, requires, provides }) as FieldOwner;

/** `join__Graph`'s values and the subgraphs they stand for. */
function subgraphNames(supergraph: DocumentNode): Map<string, string> {
  const { values = [] } = supergraph.definitions.find(
    (node) => node.kind === Kind.ENUM_TYPE_DEFINITION && node.name.value === 'join__Graph',
  ) as EnumTypeDefinitionNode;
  return new Map(
    values.map((value) => [
      value.name.value,
      String(applied(value.directives, 'join__graph')[0]?.name),
    ]),
  );
}

/** The subgraphs that an element belongs to. */
export function ownersOf({ fields, types }: Ownership, coordinate: string): readonly string[] {
  const [type = '', field] = coordinate.split(/[.(:]| implements /);
  const owners = [...(fields.get(`${type}.${field}`)?.keys() ?? [])];
  return owners.length > 0 ? owners : (types.get(type) ?? []);
}
