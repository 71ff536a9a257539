import { type DirectiveNode, parse, print, visit } from 'graphql';
import { accessDirectives } from '../../runtime/access.ts';
import { withSpecNames } from '../../runtime/spec-names.ts';

const rights: readonly string[] = accessDirectives;

/**
 * A supergraph without `@authenticated` and its like, which the stock gateway refuses to load: what
 * other gateways are compared on.
 */
export function withoutRights(supergraphSdl: string): string {
  const isOfRights = (name: string) => rights.includes(name.split('__')[0] as string);
  const document = visit(withSpecNames(parse(supergraphSdl)), {
    Directive: (node) => (isOfRights(node.name.value) || linksRights(node) ? null : undefined),
    DirectiveDefinition: ({ name }) => (isOfRights(name.value) ? null : undefined),
    ScalarTypeDefinition: ({ name }) => (isOfRights(name.value) ? null : undefined),
  });
  return print(document);
}

const linksRights = ({ name, arguments: given = [] }: DirectiveNode): boolean =>
  name.value === 'link' &&
  given.some(
    ({ name: argument, value }) =>
      argument.value === 'url' &&
      value.kind === 'StringValue' &&
      rights.some((right) => value.value.includes(`/${right}/`)),
  );
