import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';
import { fragmentsOf } from './document-size.ts';

/** More parts than this, and all of them are answered at once, as a server may do. */
const maxParts = 20;

/** What is known of a document: how it is answered at once, and each `@defer` in it, by its place. */
type Known = {
  without: DocumentNode;
  expanded: DocumentNode;
  defers: readonly DirectiveNode[];
};

const known = new WeakMap<DocumentNode, Known>();

const isDefer = ({ name }: DirectiveNode): boolean => name.value === 'defer';

function knownOf(document: DocumentNode): Known {
  const before = known.get(document);
  if (before) return before;
  const without = visit(document, { Directive: (node) => (isDefer(node) ? null : undefined) });
  const expanded = without === document ? document : withDeferExpanded(document);
  const defers: DirectiveNode[] = [];
  visit(expanded, {
    Directive(node) {
      if (isDefer(node)) defers.push(node);
    },
  });
  const now = { without, expanded, defers };
  known.set(document, now);
  return now;
}

/**
 * Puts fragments that defer something where they are spread: the planner tells what is deferred by
 * its label alone, and would forget all places but one.
 */
function withDeferExpanded(document: DocumentNode): DocumentNode {
  const fragments = fragmentsOf(document);
  const known = new Map<string, boolean>();
  /** Whether a fragment defers something, or one that it leads to. */
  const defers = (name: string): boolean => {
    const before = known.get(name);
    const fragment = fragments.get(name);
    if (before !== undefined || !fragment) return before ?? false;
    let found = false;
    visit(fragment, {
      Directive(directive) {
        found = found || isDefer(directive);
      },
      FragmentSpread(spread) {
        found = found || defers(spread.name.value);
      },
    });
    known.set(name, found);
    return found;
  };
  const expanded = visit(document, {
    FragmentSpread({ name, directives = [] }) {
      const fragment = defers(name.value) ? fragments.get(name.value) : undefined;
      if (!fragment) return undefined;
      const { typeCondition, selectionSet } = fragment;
      return { kind: Kind.INLINE_FRAGMENT, typeCondition, directives, selectionSet };
    },
  });
  const definitions = expanded.definitions.filter(
    (node) => node.kind !== Kind.FRAGMENT_DEFINITION || !defers(node.name.value),
  );
  return { ...expanded, definitions };
}

/** The document as it is answered at once. The same one where nothing is deferred. */
export const withoutDefer = (document: DocumentNode): DocumentNode => knownOf(document).without;

/** A document in which every `@defer` is on and has a label of its own. */
export type Labelled = {
  document: DocumentNode;
  /** The labels that the client gave, by those of the document. */
  labels: ReadonlyMap<string, string | undefined>;
};

/** What is deferred of a document. */
export type Deferring = {
  /** Which parts are deferred: the same for the same ones. */
  key: string;
  /** Walks the document, so it is asked for only where that is planned. */
  labelled(): Labelled;
};

type Variables = Readonly<Record<string, unknown>>;

/**
 * Works out what is deferred with these variables.
 * @returns undefined where nothing is, or too much
 */
export function deferring(document: DocumentNode, variables: Variables): Deferring | undefined {
  const { defers, expanded } = knownOf(document);
  const isOn = defers.map((node) => isDeferred(node, variables));
  const count = isOn.filter(Boolean).length;
  if (count === 0 || count > maxParts) return undefined;
  return { key: isOn.map(Number).join(''), labelled: () => labelled(expanded, variables) };
}

function labelled(asked: DocumentNode, variables: Variables): Labelled {
  const labels = new Map<string, string | undefined>();
  const document = visit(asked, {
    Directive(node) {
      if (!isDefer(node)) return undefined;
      if (!isDeferred(node, variables)) return null;
      const label = `part${labels.size}`;
      labels.set(label, labelOf(node));
      return withLabel(node, label);
    },
  });
  return { document, labels };
}

function isDeferred({ arguments: given = [] }: DirectiveNode, variables: Variables): boolean {
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
