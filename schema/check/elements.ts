import {
  type ConstDirectiveNode,
  getLocation,
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
import type { Place } from '../composition.ts';
import type { SubgraphSource } from '../subgraphs.ts';

/** One definition of an element in one subgraph. */
export type Definition = {
  subgraph: string;
  place: Place;
  kind:
    | 'object'
    | 'interface'
    | 'union'
    | 'enum'
    | 'input'
    | 'scalar'
    | 'field'
    | 'argument'
    | 'input field'
    | 'value';
  described: boolean;
  /** The type of a field or argument. */
  type?: TypeNode;
  directives: readonly ConstDirectiveNode[];
};

/** Every element that the subgraphs define, by its coordinate (`Type.field.argument`), with all its definitions. */
export type Elements = ReadonlyMap<string, readonly Definition[]>;

type ElementNode = {
  name: NameNode;
  description?: StringValueNode;
  directives?: readonly ConstDirectiveNode[];
  type?: TypeNode;
  fields?: readonly ElementNode[];
  values?: readonly ElementNode[];
  arguments?: readonly ElementNode[];
};

/** Finds all elements in sources that parse. */
export function elementsOf(sources: readonly SubgraphSource[]): Elements {
  const elements = new Map<string, Definition[]>();
  for (const { name: subgraph, file, sdl } of sources) {
    const source = new Source(sdl, file);
    const add = (node: ElementNode, kind: Definition['kind'], parent?: string): void => {
      const coordinate = parent ? `${parent}.${node.name.value}` : node.name.value;
      const definition: Definition = {
        subgraph,
        kind,
        place: { file, ...getLocation(source, node.name.loc?.start ?? 0) },
        described: Boolean(node.description?.value.trim()),
        directives: node.directives ?? [],
        ...(node.type ? { type: node.type } : {}),
      };
      elements.set(coordinate, [...(elements.get(coordinate) ?? []), definition]);
      for (const field of node.fields ?? [])
        add(field, kind === 'input' ? 'input field' : 'field', coordinate);
      for (const argument of node.arguments ?? []) add(argument, 'argument', coordinate);
      for (const value of node.values ?? []) add(value, 'value', coordinate);
    };
    for (const node of parse(source).definitions) {
      if (isTypeDefinitionNode(node) || isTypeExtensionNode(node))
        add(node as ElementNode, kinds[node.kind]);
    }
  }
  return elements;
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

/** Where an element is defined or, if it is gone, what it was part of; in `subgraph`'s file first, if that is given. */
export function placesOf(elements: Elements, coordinate: string, subgraph?: string): Place[] {
  for (let at = coordinate; at; at = at.split('.').slice(0, -1).join('.')) {
    const definitions = elements.get(at);
    if (!definitions) continue;
    const own = definitions.filter((definition) => definition.subgraph === subgraph);
    return (own.length > 0 ? own : definitions).map(({ place }) => place);
  }
  return [];
}
