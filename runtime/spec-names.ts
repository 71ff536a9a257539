import {
  type ConstDirectiveNode,
  type DirectiveNode,
  type DocumentNode,
  Kind,
  valueFromASTUntyped,
  visit,
} from 'graphql';

/** The specifications of Apollo whose directives say something of elements. */
const apollos = [
  'federation',
  'tag',
  'inaccessible',
  'authenticated',
  'requiresScopes',
  'policy',
  'cost',
] as const;

/** Their directives that are read here by name; somebody else may have one of the same name. */
const readByName: readonly string[] = [...apollos.slice(1), 'listSize', 'key', 'external'];

type Link = {
  url: string;
  /** What it is a link to: the last part of its address but the version. */
  feature: string;
  /** What the names in it begin with, where they are not imported. */
  prefix: string;
  isApollos: boolean;
  imports: readonly { name: string; as: string }[];
};

/** What a directive's specification calls it, by what it is called in one SDL. */
export type SpecNames = (name: string) => string;

/**
 * SDL calls the directives of a specification as it likes: `import: [{ name: "@authenticated",
 * as: "@signedIn" }]`, or `@federation__authenticated` where it imports nothing. Whoever looks for
 * `@authenticated` alone would find such a field open to all.
 * @param directives what stands on the schema; the links among it count
 */
export const specNames = (directives: readonly DirectiveNode[]): SpecNames =>
  namesBy(linksIn(directives));

function namesBy(links: readonly Link[]): SpecNames {
  const imported = new Map(
    links.flatMap((link) => link.imports.map((one) => [one.as, importedName(link, one)])),
  );
  const features = new Map(
    links.filter(({ isApollos }) => isApollos).map(({ prefix, feature }) => [prefix, feature]),
  );
  return (name) => {
    const known = imported.get(`@${name}`);
    if (known !== undefined) return known;
    const [prefix = '', ...rest] = name.split('__');
    const feature = features.get(prefix);
    if (feature === undefined) return name;
    return rest.length > 0 ? rest.join('__') : feature;
  };
}

/** What is somebody else's must not be taken for Apollo's. */
function importedName({ isApollos, prefix }: Link, { name, as }: Link['imports'][number]): string {
  if (isApollos) return name.slice(1);
  return isTaken(as) ? `${prefix}__${name.slice(1)}` : as.slice(1);
}

const isTaken = (name: string): boolean => readByName.includes(name.slice(1));

const linksIn = (directives: readonly DirectiveNode[]): Link[] => {
  const isLink = linkTest(directives);
  return directives.filter(isLink).map(linkOf);
};

/** A schema may call `@link` itself as it likes too: it says so by a link to its specification. */
function linkTest(directives: readonly DirectiveNode[]): (directive: DirectiveNode) => boolean {
  const itself = directives.find((directive) => {
    const { url, prefix } = linkOf(directive);
    return url.startsWith('https://specs.apollo.dev/link/') && directive.name.value === prefix;
  });
  const called = itself?.name.value ?? 'link';
  return ({ name }) => name.value === called;
}

type Given = { url?: unknown; as?: unknown; import?: (string | { name: string; as?: string })[] };

function linkOf(directive: DirectiveNode): Link {
  const given: Given = Object.fromEntries(
    (directive.arguments ?? []).map(({ name, value }) => [name.value, valueFromASTUntyped(value)]),
  );
  const url = String(given.url);
  const feature = /\/([^/]+?)(?:\/v[\d.]+)?\/?$/.exec(url)?.[1] ?? '';
  const isApollos =
    url.startsWith('https://specs.apollo.dev/') && (apollos as readonly string[]).includes(feature);
  const imports = (given.import ?? [])
    .map((one) => (typeof one === 'string' ? { name: one } : one))
    .map(({ name, as = name }: { name: string; as?: string }) => ({ name, as }))
    .filter(({ name }) => name.startsWith('@'));
  return { url, feature, prefix: String(given.as ?? feature), isApollos, imports };
}

/** The directives that stand on a document's schema. */
export const directivesOfSchema = ({ definitions }: DocumentNode): ConstDirectiveNode[] =>
  definitions.flatMap((node) =>
    node.kind === Kind.SCHEMA_DEFINITION || node.kind === Kind.SCHEMA_EXTENSION
      ? (node.directives ?? [])
      : [],
  );

/**
 * A supergraph in which directives have the names of their specifications; the same one where they
 * have them already.
 */
export function withSpecNames(supergraph: DocumentNode): DocumentNode {
  const directives = directivesOfSchema(supergraph);
  const links = linksIn(directives);
  const definitions = supergraph.definitions.flatMap((node) =>
    node.kind === Kind.DIRECTIVE_DEFINITION ? [node.name.value] : [],
  );
  /** What is called after its specification, because it is not imported. */
  const notImported = ({ isApollos, prefix }: Link): string[] =>
    definitions
      .filter((name) => isApollos && name.startsWith(`${prefix}__`))
      .map((name) => `@${name.slice(prefix.length + 2)}`);
  if (!links.some((link) => renames(link) || notImported(link).length > 0)) return supergraph;
  const isLink = linkTest(directives);
  const nameOf = namesBy(links);
  const defined = new Set<string>();
  const renamed = <Node extends { name: { value: string } }>(node: Node): Node => ({
    ...node,
    name: { ...node.name, value: nameOf(node.name.value) },
  });
  const document = visit(supergraph, {
    Directive: renamed,
    DirectiveDefinition(node) {
      const one = renamed(node);
      defined.add(one.name.value);
      return one;
    },
  });
  return visit(document, {
    Directive: (node) =>
      isLink(node) ? withImports(node, notImported(linkOf(node)), defined) : false,
  });
}

/** Whether a directive may have another name by a link than its specification has for it. */
const renames = ({ isApollos, feature, prefix, imports }: Link): boolean =>
  isApollos
    ? prefix !== feature || imports.some(({ name, as }) => name !== as)
    : imports.some(({ as }) => isTaken(as));

/** A link that imports what it imported under the names of the specification. */
function withImports(
  node: DirectiveNode,
  more: readonly string[],
  defined: ReadonlySet<string>,
): DirectiveNode | undefined {
  const link = linkOf(node);
  if (!renames(link) && more.length === 0) return undefined;
  const { feature, prefix, isApollos, imports: before } = link;
  const own = `@${feature}`;
  const names = new Set(
    isApollos
      ? [...before.map(({ name }) => name), ...more, own]
      : before.filter(({ as }) => !isTaken(as)).map(({ as }) => as),
  );
  // What is called as its specification needs no import.
  if (isApollos && prefix === feature) names.delete(own);
  const values = [...names]
    .filter((name) => defined.has(name.slice(1)))
    .map((value) => ({ kind: Kind.STRING, value }) as const);
  const others = (node.arguments ?? []).filter(({ name }) => name.value !== 'import');
  const imports = {
    kind: Kind.ARGUMENT,
    name: { kind: Kind.NAME, value: 'import' },
    value: { kind: Kind.LIST, values },
  } as const;
  return { ...node, arguments: values.length > 0 ? [...others, imports] : others };
}
