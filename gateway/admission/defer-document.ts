import { type DirectiveNode, type DocumentNode, Kind, visit } from 'graphql';

/** More parts than this, and all of them are answered at once, as a server may do. */
const maxParts = 20;

/** What is known of a document: how it is answered at once, and each `@defer` in it. */
type Known = { without: DocumentNode; defers: readonly DirectiveNode[] };

const known = new WeakMap<DocumentNode, Known>();

const isDefer = ({ name }: DirectiveNode): boolean => name.value === 'defer';

function knownOf(document: DocumentNode): Known {
  const before = known.get(document);
  if (before) return before;
  const defers: DirectiveNode[] = [];
  const without = visit(document, {
    Directive(node) {
      if (!isDefer(node)) return undefined;
      defers.push(node);
      return null;
    },
  });
  const now = { without, defers };
  known.set(document, now);
  return now;
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
  const isOn = knownOf(document).defers.map((node) => isDeferred(node, variables));
  const count = isOn.filter(Boolean).length;
  if (count === 0 || count > maxParts) return undefined;
  return { key: isOn.map(Number).join(''), labelled: () => labelled(document, variables) };
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
