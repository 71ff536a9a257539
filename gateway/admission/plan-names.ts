import type { InterfaceType, ObjectType, Schema } from '@apollo/federation-internals';
import {
  type DocumentNode,
  type ExecutionResult,
  type FieldNode,
  type GraphQLFormattedError,
  Kind,
  type NameNode,
  parse,
  print,
  type VariableNode,
  visit,
} from 'graphql';
import { fieldsOf, joinsOf } from './supergraph-fields.ts';

/** The names under which plans fetch what they need for themselves: keys and required fields. */
export type PlanNames = { all: ReadonlySet<string>; withArguments: ReadonlySet<string> };

export function planNames(supergraph: Schema): PlanNames {
  const names = { all: new Set(['__typename']), withArguments: new Set<string>() };
  for (const selection of selectedByPlans(supergraph))
    visit(parse(selection), {
      Field({ name: { value }, arguments: given = [] }) {
        names.all.add(value);
        if (given.length > 0) names.withArguments.add(value);
      },
    });
  return names;
}

/** What `@join__type` and `@join__field` say that plans select. */
function selectedByPlans(supergraph: Schema): string[] {
  const types = [...supergraph.objectTypes(), ...supergraph.interfaceTypes()];
  const joins = fieldsOf(supergraph).flatMap(joinsOf);
  const sets = [...types.flatMap(keysOf), ...joins.flatMap(({ requires }) => requires ?? [])];
  return sets.map((one) => `{ ${one} }`);
}

const keysOf = (type: ObjectType | InterfaceType): string[] =>
  type
    .appliedDirectivesOf('join__type')
    .flatMap((one) => (one.arguments() as { key?: string }).key ?? []);

/** The variable by which plans send what represents entities. */
const variableOfPlans = 'representations';

/** A document as it is planned. */
export type PlannableDocument = {
  document: DocumentNode;
  /** What its fields and variables are called by the client, where that is another name. */
  clientNames: ReadonlyMap<string, string> | undefined;
  /** The client's variables that have another name in it. */
  variableNames: ReadonlyMap<string, string>;
};

/**
 * Gives other names to fields and variables that a client has given a name that plans use. Apollo's
 * planner takes fields of one name for one: `id: title` beside the key `id` would show the key, and
 * `weight: title` beside a field that requires `weight` would be sent in its place.
 */
export function documentRenamer() {
  const known = new WeakMap<DocumentNode, { names: PlanNames; made: PlannableDocument }>();
  return ({ planNames: names }: { planNames: PlanNames }, document: DocumentNode) => {
    const before = known.get(document);
    if (before?.names === names) return before.made;
    const made = renamed(document, names);
    known.set(document, { names, made });
    return made;
  };
}

function renamed(document: DocumentNode, names: PlanNames): PlannableDocument {
  const clientNames = new Map<string, string>();
  const given = new Map<string, string>();
  const variableNames = new Map<string, string>();
  const taken = new Set<string>();
  visit(document, {
    Field: (node) => void taken.add(nameInAnswer(node)),
    Variable: ({ name }) => void taken.add(name.value),
  });

  const newName = (asked: string): string => {
    let name: string;
    let count = clientNames.size;
    do name = `${asked.replace(/^_+/, '')}_asked${count++}`;
    while (taken.has(name) || names.all.has(name));
    clientNames.set(name, asked);
    return name;
  };
  const nameFor = (known: Map<string, string>, key: string, asked: string): NameNode => {
    const value = known.get(key) ?? newName(asked);
    known.set(key, value);
    return { kind: Kind.NAME, value };
  };
  const changed = visit(document, {
    Field(node): FieldNode | undefined {
      if (!isTakenForAnother(node, names)) return undefined;
      // The same field under the same name is one, wherever it stands.
      const key = print({ ...node, directives: [], selectionSet: undefined });
      return { ...node, alias: nameFor(given, key, nameInAnswer(node)) };
    },
    Variable(node): VariableNode | undefined {
      const { value } = node.name;
      if (value !== variableOfPlans) return undefined;
      return { ...node, name: nameFor(variableNames, value, value) };
    },
  });
  return clientNames.size > 0
    ? { document: changed, clientNames, variableNames }
    : { document, clientNames: undefined, variableNames };
}

/** The variables of a client, with those of other names in a plan under these too. */
export function inNamesOfPlan(
  variables: Record<string, unknown>,
  { variableNames }: PlannableDocument,
): Record<string, unknown> {
  const renamed = [...variableNames].filter(([asked]) => Object.hasOwn(variables, asked));
  if (renamed.length === 0) return variables;
  return {
    ...variables,
    ...Object.fromEntries(renamed.map(([asked, name]) => [name, variables[asked]])),
  };
}

const nameInAnswer = ({ alias, name }: FieldNode): string => (alias ?? name).value;

function isTakenForAnother(node: FieldNode, { all, withArguments }: PlanNames): boolean {
  const asked = nameInAnswer(node);
  if (!all.has(asked)) return false;
  const isPlain = asked === node.name.value && !node.arguments?.length;
  return !isPlain || withArguments.has(asked);
}

type Told = { data?: unknown; path?: readonly (string | number)[] } & Pick<
  ExecutionResult,
  'errors'
>;

/** A result, or a part of one, as its client has named its fields. */
export function inNamesOfClient<Result extends Told>(
  result: Result,
  names: ReadonlyMap<string, string> | undefined,
): Result {
  if (!names) return result;
  const path = (parts: readonly (string | number)[]) =>
    parts.map((part) => names.get(part as string) ?? part);
  const error = (one: GraphQLFormattedError) => ({
    ...one,
    message: messageIn(names, one.message),
    ...(one.path ? { path: path(one.path) } : {}),
  });
  return {
    ...result,
    ...(result.data === undefined ? {} : { data: dataIn(names, result.data) }),
    ...(result.path ? { path: path(result.path) } : {}),
    ...(result.errors ? { errors: result.errors.map(error) } : {}),
  };
}

/** A message of a subgraph may name the variable or the field that it is of. */
const messageIn = (names: ReadonlyMap<string, string>, message: string): string =>
  message.replaceAll(/\w+_asked\d+/g, (name) => names.get(name) ?? name);

function dataIn(names: ReadonlyMap<string, string>, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((element) => dataIn(names, element));
  if (typeof value !== 'object' || value === null) return value;
  // Not assigned key by key, which `__proto__` would not survive.
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [names.get(key) ?? key, dataIn(names, inner)]),
  );
}
