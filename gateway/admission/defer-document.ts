import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

/** More parts than this, and all of them are answered at once, as a server may do. */
const maxParts = 20;

/** Documents as they were before, by those without `@defer`. */
const known = new WeakMap<DocumentNode, DocumentNode>();

const isDefer = ({ name }: DirectiveNode): boolean => name.value === 'defer';

/** The document as it is answered at once. The same one where nothing is deferred. */
export function withoutDefer(document: DocumentNode): DocumentNode {
  const before = known.get(document);
  if (before) return before;
  const without = visit(document, { Directive: (node) => (isDefer(node) ? null : undefined) });
  known.set(document, without);
  return without;
}

/** A document in which every `@defer` is on and has a label of its own. */
export type Deferring = {
  document: DocumentNode;
  /** The labels that the client gave, by those of the document. */
  labels: ReadonlyMap<string, string | undefined>;
  /** Which parts are deferred: the same for the same ones. */
  key: string;
};

/**
 * Works out what is deferred with these variables.
 * @returns undefined where nothing is, or too much
 */
export function deferring(
  document: DocumentNode,
  variables: Readonly<Record<string, unknown>>,
): Deferring | undefined {
  if (withoutDefer(document) === document) return undefined;
  const labels = new Map<string, string | undefined>();
  const key: string[] = [];
  const marked = visit(document, {
    Directive(node) {
      if (!isDefer(node)) return undefined;
      const isOn = isDeferred(node, variables);
      key.push(isOn ? '1' : '0');
      if (!isOn) return null;
      const label = `part${labels.size}`;
      labels.set(label, labelOf(node));
      return withLabel(node, label);
    },
  });
  if (labels.size === 0 || labels.size > maxParts) return undefined;
  return { document: marked, labels, key: key.join('') };
}

function isDeferred(
  { arguments: given = [] }: DirectiveNode,
  variables: Readonly<Record<string, unknown>>,
): boolean {
  const value = given.find(({ name }) => name.value === 'if')?.value;
  if (value?.kind === Kind.VARIABLE)
    return !Object.hasOwn(variables, value.name.value) || variables[value.name.value] !== false;
  return value?.kind !== Kind.BOOLEAN || value.value;
}

function labelOf({ arguments: given = [] }: DirectiveNode): string | undefined {
  const value = given.find(({ name }) => name.value === 'label')?.value;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

const withLabel = (node: DirectiveNode, label: string): DirectiveNode => ({
  ...node,
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'label' },
      value: { kind: Kind.STRING, value: label },
    },
  ],
});
