import {
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  isTypeDefinitionNode,
  Kind,
  parse,
  print,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';
import { withSpecNames } from '../../runtime/spec-names.ts';
import { namedTypeOf } from '../check/coordinates.ts';
import { applied, isFederationName, isInaccessible } from '../check/diff/supergraph-elements.ts';

/** Which part of the API a contract shows. */
export type ContractFilter = {
  /** Only types and fields with one of these tags; empty for all. */
  include: readonly string[];
  /** Nothing with one of these tags. */
  exclude: readonly string[];
};

type Element = {
  name: { value: string };
  directives?: readonly ConstDirectiveNode[];
  type?: TypeNode;
  arguments?: readonly Element[];
};

/**
 * The supergraph of a contract: the whole one, with everything `@inaccessible` that the contract
 * does not show, so that it is served by any gateway and asks the same subgraphs.
 * A type or field is shown that has an included tag, a field also where its type has one, and a
 * type also where one of its fields has one. Scalars, enums and inputs come along with the fields
 * that need them.
 */
export function contractDocument(document: DocumentNode, filter: ContractFilter): DocumentNode {
  const shown = shownIn(document, filter);
  const definitions = document.definitions.map((node) =>
    isOwnType(node) ? filtered(node, filter, shown) : node,
  );
  return withInaccessible({ ...document, definitions });
}

/** The text of that supergraph. */
export const contractSupergraph = (supergraph: string, filter: ContractFilter): string =>
  print(contractDocument(withSpecNames(parse(supergraph, { noLocation: true })), filter));

const isOwnType = (node: DefinitionNode): node is TypeDefinitionNode =>
  isTypeDefinitionNode(node) && !isFederationName(node.name.value);

const isTagged = ({ directives = [] }: Element, tags: readonly string[]): boolean =>
  applied(directives, 'tag').some(({ name }) => tags.includes(String(name)));

const partsOf = (node: TypeDefinitionNode): readonly Element[] => {
  if ('fields' in node) return node.fields ?? [];
  return 'values' in node ? (node.values ?? []) : [];
};

const isOutput = ({ kind }: TypeDefinitionNode): boolean =>
  kind === Kind.OBJECT_TYPE_DEFINITION || kind === Kind.INTERFACE_TYPE_DEFINITION;

/** Whether a part of a type is shown, where the type is. */
function showsPart(type: TypeDefinitionNode, part: Element, filter: ContractFilter): boolean {
  const { include, exclude } = filter;
  if (isTagged(part, exclude)) return false;
  return (
    include.length === 0 || !isOutput(type) || isTagged(type, include) || isTagged(part, include)
  );
}

/** The names of the types that are shown. */
function shownIn(document: DocumentNode, filter: ContractFilter): ReadonlySet<string> {
  const { include, exclude } = filter;
  const types = document.definitions
    .filter(isOwnType)
    .filter((type) => !isTagged(type as Element, exclude));
  const byName = new Map(types.map((type) => [type.name.value, type]));
  const shown = new Set<string>();
  const show = (type: TypeDefinitionNode | undefined): void => {
    if (!type || shown.has(type.name.value)) return;
    shown.add(type.name.value);
    for (const part of partsOf(type)) if (showsPart(type, part, filter)) comeAlong(part);
  };
  const comeAlong = ({ type, arguments: args = [] }: Element): void => {
    const needed = type && byName.get(namedTypeOf(type));
    if (needed && !isOutput(needed) && needed.kind !== Kind.UNION_TYPE_DEFINITION) show(needed);
    for (const argument of args) if (!isTagged(argument, exclude)) comeAlong(argument);
  };
  const isMeant = (type: TypeDefinitionNode): boolean =>
    include.length === 0 ||
    isTagged(type as Element, include) ||
    (isOutput(type) && partsOf(type).some((part) => showsPart(type, part, filter)));
  for (const type of types) if (isMeant(type)) show(type);
  return shown;
}

const inaccessible: ConstDirectiveNode = {
  kind: Kind.DIRECTIVE,
  name: { kind: Kind.NAME, value: 'inaccessible' },
};

function hidden<T extends { directives?: readonly ConstDirectiveNode[] | undefined }>(node: T): T {
  const { directives = [] } = node;
  if (isInaccessible(node)) return node;
  return { ...node, directives: [...directives, inaccessible] };
}

/** A type with what of it is not shown hidden. */
function filtered(
  type: TypeDefinitionNode,
  filter: ContractFilter,
  shown: ReadonlySet<string>,
): TypeDefinitionNode {
  if (!shown.has(type.name.value)) return hidden(type);
  const part = <T extends Element>(node: T): T => {
    const args = node.arguments?.map((one) => (isTagged(one, filter.exclude) ? hidden(one) : one));
    const whole = args ? { ...node, arguments: args } : node;
    return showsPart(type, node, filter) ? whole : hidden(whole);
  };
  if ('fields' in type)
    return { ...type, fields: type.fields?.map((one) => part(one as never)) } as TypeDefinitionNode;
  if ('values' in type)
    return { ...type, values: type.values?.map((one) => part(one as never)) } as TypeDefinitionNode;
  return type;
}

/** What a supergraph says that hides something; one that hides nothing does not say it. */
const linked = parse(`
  extend schema @link(url: "https://specs.apollo.dev/inaccessible/v0.2", for: SECURITY)
  directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION | SCALAR | ENUM
    | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION
`);

function withInaccessible(document: DocumentNode): DocumentNode {
  const isThere = document.definitions.some(
    (node) => node.kind === Kind.DIRECTIVE_DEFINITION && node.name.value === 'inaccessible',
  );
  if (isThere) return document;
  const [link, directive] = linked.definitions;
  const definitions = document.definitions.map((node) =>
    node.kind === Kind.SCHEMA_DEFINITION && link?.kind === Kind.SCHEMA_EXTENSION
      ? { ...node, directives: [...(node.directives ?? []), ...(link.directives ?? [])] }
      : node,
  );
  return { ...document, definitions: [...definitions, ...(directive ? [directive] : [])] };
}
