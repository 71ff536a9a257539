import {
  buildASTSchema,
  type DirectiveNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  type NamedTypeNode,
  parse,
} from 'graphql';
import { applied, isInaccessible } from './diff/supergraph-elements.ts';

/*
 * What clients see of a composed supergraph, read from its text. Composition has made sure that it
 * is valid, so this does not: for a large schema that takes most of the time. `contract.test.ts`
 * compares it with what the gateway makes of it.
 */

/** What the gateway itself answers, whatever the supergraph says. */
const ofTheGateway = parse(
  'directive @defer(label: String, if: Boolean! = true) on FRAGMENT_SPREAD | INLINE_FRAGMENT',
  { noLocation: true },
);

/** The API of a supergraph; with what is `@inaccessible` where `everything` is asked for. */
export function apiSchemaOf(supergraph: DocumentNode, everything: boolean): GraphQLSchema {
  const isOfFeature = featureNames(supergraph);
  const definitions = (supergraph.definitions as readonly Parts[]).filter(
    (node) => !isOfFeature(node.kind, nameOf(node)),
  );
  const hidden = new Set(everything ? [] : definitions.filter(isInaccessible).map(nameOf));
  const shown = everything
    ? definitions
    : definitions
        .filter((node) => !hidden.has(nameOf(node)))
        .map((node) => withoutHidden(node, hidden));
  const all = [...shown, ...ofTheGateway.definitions];
  const document = { kind: Kind.DOCUMENT, definitions: all } as DocumentNode;
  return buildASTSchema(document, { assumeValid: true, assumeValidSDL: true });
}

/** A definition or a part of one, as far as things may be hidden in it. */
type Parts = {
  kind: Kind;
  name?: { value: string };
  directives?: readonly DirectiveNode[];
  fields?: readonly Parts[];
  values?: readonly Parts[];
  arguments?: readonly Parts[];
  interfaces?: readonly NamedTypeNode[];
  types?: readonly NamedTypeNode[];
  operationTypes?: readonly { type: NamedTypeNode }[];
};

const nameOf = ({ name }: Parts): string => name?.value ?? '';

/** Leaves out what is hidden of a node, and every mention of hidden types. */
function withoutHidden(node: Parts, hidden: ReadonlySet<string>): Parts {
  const parts = (list: readonly Parts[]) =>
    list.filter((part) => !isInaccessible(part)).map((part) => withoutHidden(part, hidden));
  const types = (list: readonly NamedTypeNode[]) =>
    list.filter(({ name }) => !hidden.has(name.value));
  const { fields, values, arguments: args, interfaces, types: members, operationTypes } = node;
  return {
    ...node,
    ...(fields ? { fields: parts(fields) } : {}),
    ...(values ? { values: parts(values) } : {}),
    ...(args ? { arguments: parts(args) } : {}),
    ...(interfaces ? { interfaces: types(interfaces) } : {}),
    ...(members ? { types: types(members) } : {}),
    ...(operationTypes
      ? { operationTypes: operationTypes.filter(({ type }) => !hidden.has(type.name.value)) }
      : {}),
  };
}

/** Which definitions belong to a specification that the supergraph links, and not to the API. */
function featureNames({ definitions }: DocumentNode): (kind: Kind, name: string) => boolean {
  const links = definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? applied(node.directives, 'link').map(linkOf)
      : [],
  );
  const features = new Set(links.map(({ feature }) => feature));
  const imported = new Set(links.flatMap(({ imports }) => imports));
  return (kind, name) => {
    const isDirective = kind === Kind.DIRECTIVE_DEFINITION;
    const [prefix = '', ...rest] = name.split('__');
    if (rest.length > 0 && features.has(prefix)) return true;
    return isDirective ? features.has(name) || imported.has(`@${name}`) : imported.has(name);
  };
}

function linkOf(given: Record<string, unknown>) {
  const [, name = ''] = /\/([^/]+?)(?:\/v[\d.]+)?$/.exec(String(given.url)) ?? [];
  const imports = (given.import ?? []) as (string | { name: string; as?: string })[];
  return {
    feature: String(given.as ?? name),
    imports: imports.map((one) => (typeof one === 'string' ? one : (one.as ?? one.name))),
  };
}
