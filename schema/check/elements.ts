import {
  type ConstDirectiveNode,
  isTypeDefinitionNode,
  isTypeExtensionNode,
  Kind,
  type NameNode,
  parse,
  Source,
  type StringValueNode,
  type TypeDefinitionNode,
  type TypeExtensionNode,
  type TypeNode,
} from 'graphql';
import { directivesOfSchema, type SpecNames, specNames } from '../../runtime/spec-names.ts';
import { type Place, placeAt } from '../place.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import { argumentOf, parentOf } from './coordinates.ts';

type TypeKind = 'object' | 'interface' | 'union' | 'enum' | 'input' | 'scalar';
type Kinds = TypeKind | 'directive' | 'field' | 'argument' | 'input field' | 'value';

/** One definition of an element in one subgraph. */
export type Definition = {
  subgraph: string;
  place: Place;
  kind: Kinds;
  described: boolean;
  /** The type of a field or argument. */
  type?: TypeNode;
  /** The interfaces that a type implements. */
  interfaces: readonly string[];
  /** By the names of their specifications, whatever the subgraph calls them. */
  directives: readonly ConstDirectiveNode[];
};

/** Every element that the subgraphs define, by its schema coordinate, with all its definitions. */
export type Elements = ReadonlyMap<string, readonly Definition[]>;

type ElementNode = {
  name: NameNode;
  description?: StringValueNode;
  directives?: readonly ConstDirectiveNode[];
  type?: TypeNode;
  interfaces?: readonly { name: NameNode }[];
  fields?: readonly ElementNode[];
  values?: readonly ElementNode[];
  arguments?: readonly ElementNode[];
};

/** Finds all elements in sources that parse. */
export function elementsOf(sources: readonly SubgraphSource[]): Elements {
  const elements = new Map<string, Definition[]>();
  for (const { name, file, sdl } of sources) {
    const source = new Source(sdl, file);
    const document = parse(source);
    const nameOf = specNames(directivesOfSchema(document));
    const add = (node: ElementNode, kind: Kinds, coordinate: string): void => {
      const definitions = elements.get(coordinate) ?? [];
      const definition = definitionOf(node, kind, { subgraph: name, source, nameOf });
      elements.set(coordinate, [...definitions, definition]);
      for (const [part, partKind, at] of partsOf(node, kind, coordinate)) add(part, partKind, at);
    };
    for (const node of document.definitions) {
      if (isTypeDefinitionNode(node) || isTypeExtensionNode(node)) {
        add(node as ElementNode, kinds[node.kind], node.name.value);
      }
      if (node.kind === Kind.DIRECTIVE_DEFINITION) add(node, 'directive', `@${node.name.value}`);
    }
  }
  return elements;
}

const definitionOf = (
  node: ElementNode,
  kind: Kinds,
  { subgraph, source, nameOf }: { subgraph: string; source: Source; nameOf: SpecNames },
): Definition => ({
  subgraph,
  kind,
  place: node.name.loc ? placeAt(node.name.loc) : { file: source.name, line: 1, column: 1 },
  described: Boolean(node.description?.value.trim()),
  interfaces: (node.interfaces ?? []).map(({ name }) => name.value),
  directives: (node.directives ?? []).map((one) => calledBy(nameOf, one)),
  ...(node.type ? { type: node.type } : {}),
});

function calledBy(nameOf: SpecNames, directive: ConstDirectiveNode): ConstDirectiveNode {
  const { name } = directive;
  const value = nameOf(name.value);
  return value === name.value ? directive : { ...directive, name: { ...name, value } };
}

/** What an element is made of, each with its kind and its coordinate. */
function partsOf(
  node: ElementNode,
  kind: Kinds,
  coordinate: string,
): [ElementNode, Kinds, string][] {
  const within = (part: ElementNode) => `${coordinate}.${part.name.value}`;
  const fieldKind = kind === 'input' ? 'input field' : 'field';
  return [
    ...(node.fields ?? []).map((part): [ElementNode, Kinds, string] => [
      part,
      fieldKind,
      within(part),
    ]),
    ...(node.values ?? []).map((part): [ElementNode, Kinds, string] => [
      part,
      'value',
      within(part),
    ]),
    ...(node.arguments ?? []).map((part): [ElementNode, Kinds, string] => [
      part,
      'argument',
      argumentOf(coordinate, part.name.value),
    ]),
  ];
}

const kinds: Record<(TypeDefinitionNode | TypeExtensionNode)['kind'], Definition['kind']> = {
  [Kind.OBJECT_TYPE_DEFINITION]: 'object',
  [Kind.OBJECT_TYPE_EXTENSION]: 'object',
  [Kind.INTERFACE_TYPE_DEFINITION]: 'interface',
  [Kind.INTERFACE_TYPE_EXTENSION]: 'interface',
  [Kind.UNION_TYPE_DEFINITION]: 'union',
  [Kind.UNION_TYPE_EXTENSION]: 'union',
  [Kind.ENUM_TYPE_DEFINITION]: 'enum',
  [Kind.ENUM_TYPE_EXTENSION]: 'enum',
  [Kind.INPUT_OBJECT_TYPE_DEFINITION]: 'input',
  [Kind.INPUT_OBJECT_TYPE_EXTENSION]: 'input',
  [Kind.SCALAR_TYPE_DEFINITION]: 'scalar',
  [Kind.SCALAR_TYPE_EXTENSION]: 'scalar',
};

/**
 * Where an element is defined. Of one that is gone: where that is of which it was part, or else the
 * file of the subgraph that had it; `of` then says what the place shows.
 * @param owners the subgraphs whose files come first
 */
export function placesOf(
  elements: Elements,
  coordinate: string,
  owners: readonly string[] = [],
): Place[] {
  for (let at: string | undefined = coordinate; at; at = parentOf(at)) {
    const definitions = elements.get(at);
    if (!definitions) continue;
    const own = definitions.filter(({ subgraph }) => owners.includes(subgraph));
    const places = (own.length > 0 ? own : definitions).map(({ place }) => place);
    const of = at;
    return at === coordinate ? places : places.map((place) => ({ ...place, of }));
  }
  return [];
}
