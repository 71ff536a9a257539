import {
  type DirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  type NamedTypeNode,
  type ObjectTypeDefinitionNode,
  print,
  type TypeDefinitionNode,
  type TypeNode,
  type UnionTypeDefinitionNode,
  visit,
} from 'graphql';
import { namedTypeOf } from './coordinates.ts';

/** What plans are made from, of one type: who resolves what, by which keys, leading where. */
type Planned = {
  own: string;
  fields: ReadonlyMap<string, string>;
  /** Its interfaces and members. */
  relatives: readonly string[];
  /** The names in its keys, and in what its fields require. */
  conditions: ReadonlySet<string>;
};

/**
 * The types and fields whose plans are made from something else than before. An operation that
 * touches none of them is planned as before.
 */
export function plannedOtherwise(before: DocumentNode, after: DocumentNode): ReadonlySet<string> {
  const [old, now] = [plannedTypes(before), plannedTypes(after)];
  const types = new Set([...old.keys(), ...now.keys()]);
  const different = [...types].filter((type) => old.get(type)?.own !== now.get(type)?.own);
  const fields = [...old].flatMap(([type, { fields }]) => {
    const others = now.get(type)?.fields ?? new Map<string, string>();
    const names = new Set([...fields.keys(), ...others.keys()]);
    return [...names]
      .filter((name) => fields.get(name) !== others.get(name))
      .map((name) => ({ type, name }));
  });
  const both = [old, now];
  return new Set([
    ...different,
    ...both.flatMap((types) => relativesOf(types, new Set(different))),
    ...fields.map(({ type, name }) => `${type}.${name}`),
    ...both.flatMap((types) => dependingOn(types, new Set(fields.map(({ name }) => name)))),
  ]);
}

/** What may stand for a type, and what it may stand for. */
const relativesOf = (types: ReadonlyMap<string, Planned>, of: ReadonlySet<string>): string[] =>
  [...types].flatMap(([name, { relatives }]) => [
    ...(of.has(name) ? relatives : []),
    ...(relatives.some((relative) => of.has(relative)) ? [name] : []),
  ]);

/** The types that are found by fields of these names, or resolved with them. */
const dependingOn = (types: ReadonlyMap<string, Planned>, names: ReadonlySet<string>): string[] =>
  [...types].flatMap(([type, { conditions }]) =>
    [...conditions].some((name) => names.has(name)) ? [type] : [],
  );

function plannedTypes({ definitions }: DocumentNode): Map<string, Planned> {
  const types = definitions.filter(isTypeDefinitionNode);
  const composite = new Set(
    types.filter(({ kind }) => compositeKinds.has(kind)).map(({ name }) => name.value),
  );
  return new Map(
    types
      .filter(({ name, kind }) => composite.has(name.value) || kind === Kind.ENUM_TYPE_DEFINITION)
      .map((node) => [node.name.value, planned(node, composite)]),
  );
}

function planned(node: TypeDefinitionNode, composite: ReadonlySet<string>): Planned {
  const { fields = [], interfaces = [] } = node as ObjectTypeDefinitionNode;
  const { types: members = [] } = node as UnionTypeDefinitionNode;
  const leadsTo = (type: TypeNode): string => {
    const name = namedTypeOf(type);
    return composite.has(name) ? name : '';
  };
  const relatives = [...names(interfaces), ...names(members)];
  const joins = joinsOf(node.directives);
  return {
    own: [node.kind, ...relatives, ...joins.map(print)].join(' '),
    fields: new Map(
      fields.map(({ name, type, directives }) => [
        name.value,
        `${leadsTo(type)} ${joinsOf(directives).map(print).join(' ')}`,
      ]),
    ),
    relatives,
    conditions: wordsIn([...joins, ...fields.flatMap(({ directives }) => joinsOf(directives))]),
  };
}

const compositeKinds = new Set<string>([
  Kind.OBJECT_TYPE_DEFINITION,
  Kind.INTERFACE_TYPE_DEFINITION,
  Kind.UNION_TYPE_DEFINITION,
]);

const names = (types: readonly NamedTypeNode[]): string[] => types.map(({ name }) => name.value);

/** The directives by which a supergraph tells of its subgraphs. */
const joinsOf = (directives: readonly DirectiveNode[] = []): DirectiveNode[] =>
  directives.filter(({ name }) => name.value.startsWith('join__'));

/** All words in the texts of directives, selections of fields among them. */
function wordsIn(directives: readonly DirectiveNode[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const directive of directives) {
    visit(directive, {
      StringValue({ value }) {
        for (const [word] of value.matchAll(/\w+/g)) words.add(word);
      },
    });
  }
  return words;
}
