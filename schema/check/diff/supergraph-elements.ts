import {
  type DirectiveNode,
  type DocumentNode,
  isTypeDefinitionNode,
  type NameNode,
  valueFromASTUntyped,
} from 'graphql';
import { argumentOf } from '../coordinates.ts';

/** An element of a supergraph with what is written on it. */
export type SupergraphElement = { at: string; directives: readonly DirectiveNode[] };

type Node = {
  name: NameNode;
  directives: readonly DirectiveNode[];
  fields?: readonly Node[];
  values?: readonly Node[];
  arguments?: readonly Node[];
};

/**
 * Every type, field, argument, input field and enum value of a supergraph, without those of
 * federation itself.
 */
export function elementsOfSupergraph({ definitions }: DocumentNode): SupergraphElement[] {
  const found: SupergraphElement[] = [];
  const add = (node: Node, at: string): void => {
    found.push({ at, directives: node.directives });
    for (const part of [...(node.fields ?? []), ...(node.values ?? [])])
      add(part, `${at}.${part.name.value}`);
    for (const argument of node.arguments ?? []) add(argument, argumentOf(at, argument.name.value));
  };
  for (const type of definitions) {
    if (isTypeDefinitionNode(type) && !isFederationName(type.name.value))
      add(type as Node, type.name.value);
  }
  return found;
}

export const isFederationName = (name: string): boolean => /^[a-z][A-Za-z]*__/.test(name);

/** What the directives of one name say on an element, one record each. */
export const applied = (
  directives: readonly DirectiveNode[] = [],
  name: string,
): Record<string, unknown>[] =>
  directives
    .filter((directive) => directive.name.value === name)
    .map(({ arguments: args = [] }) =>
      Object.fromEntries(
        args.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
      ),
    );

/** Whether clients do not see an element. */
export const isInaccessible = (element: {
  directives?: readonly DirectiveNode[] | undefined;
}): boolean => applied(element.directives, 'inaccessible').length > 0;
