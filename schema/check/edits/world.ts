import {
  type DocumentNode,
  type ExecutionResult,
  execute,
  type GraphQLFieldResolver,
  type GraphQLInputType,
  type GraphQLOutputType,
  type GraphQLSchema,
  type GraphQLTypeResolver,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  responsePathAsArray,
  typeFromAST,
} from 'graphql';

/*
 * Generated data. What a service answers, and what a client gives, is drawn by a seed: all that a type allows comes up for
 * some seed, null, empty lists, every value of an enum and every type behind an interface included.
 */

/** A number from 0 up to, and without, `below`, always the same for the same words. */
function draw(below: number, ...words: unknown[]): number {
  let hash = 2166136261;
  const text = words.flat(2).join(' ');
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 16777619);
  hash ^= hash >>> 15;
  return (Math.imul(hash, 2246822519) >>> 8) % below;
}

const pick = <T>(all: readonly T[], ...words: unknown[]): T => all[draw(all.length, ...words)] as T;

const scalarOf = (name: string, ...words: unknown[]): unknown => {
  if (name === 'Int') return draw(100, ...words);
  if (name === 'Float') return draw(100, ...words) + 0.5;
  if (name === 'Boolean') return draw(2, ...words) === 0;
  return `${name} ${draw(100, ...words)}`;
};

/** Draws what a field answers. An object is its path: its fields are drawn from that. */
function answerOf(type: GraphQLOutputType, seed: number, path: readonly unknown[]): unknown {
  if (isNonNullType(type)) return drawn(type.ofType, seed, path);
  return draw(4, seed, path, 'null') === 0 ? null : drawn(type, seed, path);
}

function drawn(type: GraphQLOutputType, seed: number, path: readonly unknown[]): unknown {
  if (isListType(type)) {
    const length = draw(4, seed, path, 'length');
    return Array.from({ length }, (_, index) => answerOf(type.ofType, seed, [...path, index]));
  }
  if (isEnumType(type)) return pick(type.getValues(), seed, path).value;
  if (isLeafType(type)) return scalarOf(type.name, seed, path);
  return { path };
}

type Source = { path: readonly unknown[] };

/** Answers an operation by a schema, with data drawn by a seed. */
export function answer(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
  seed: number,
): ExecutionResult {
  const fieldResolver: GraphQLFieldResolver<unknown, unknown> = (_source, _args, context, info) =>
    answerOf(info.returnType, seed, responsePathAsArray(info.path)) ?? context ?? null;
  const typeResolver: GraphQLTypeResolver<unknown, unknown> = (value, _context, info, type) =>
    pick(info.schema.getPossibleTypes(type), seed, (value as Source).path, 'type').name;
  const args = { schema, document, variableValues, fieldResolver, typeResolver };
  return execute(args) as ExecutionResult;
}

/** Draws what a client gives for the variables of an operation, as a schema allows. */
export function variablesFor(
  schema: GraphQLSchema,
  document: DocumentNode,
  seed: number,
): Record<string, unknown> {
  const definitions = document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : [],
  );
  return Object.fromEntries(
    definitions.flatMap(({ variable, type: node, defaultValue }) => {
      const name = variable.name.value;
      const type = typeFromAST(schema, node as never) as GraphQLInputType | undefined;
      if (!type) return [];
      return given(name, type, defaultValue !== undefined, seed, [name]);
    }),
  );
}

/** A member that is given or, where it may be, left out or null. */
function given(
  name: string,
  type: GraphQLInputType,
  hasDefault: boolean,
  seed: number,
  path: readonly unknown[],
): [string, unknown][] {
  const mayBeMissing = !isNonNullType(type) || hasDefault;
  if (mayBeMissing && draw(3, seed, path, 'missing') === 0) return [];
  return [[name, inputOf(type, seed, path)]];
}

function inputOf(type: GraphQLInputType, seed: number, path: readonly unknown[]): unknown {
  if (isNonNullType(type)) return inputValue(type.ofType, seed, path);
  return draw(5, seed, path, 'null') === 0 ? null : inputValue(type, seed, path);
}

function inputValue(type: GraphQLInputType, seed: number, path: readonly unknown[]): unknown {
  if (isListType(type)) {
    const length = draw(3, seed, path, 'length');
    return Array.from({ length }, (_, index) => inputOf(type.ofType, seed, [...path, index]));
  }
  if (isEnumType(type)) return pick(type.getValues(), seed, path).name;
  if (isInputObjectType(type)) {
    const fields = Object.values(type.getFields());
    return Object.fromEntries(
      fields.flatMap((field) =>
        given(field.name, field.type, field.defaultValue !== undefined, seed, [
          ...path,
          field.name,
        ]),
      ),
    );
  }
  return scalarOf((type as { name: string }).name, seed, path);
}

/**
 * Whether an answer is one that a client of a schema expects: it is read by the operation's
 * selections and their types.
 */
export function isExpected(
  schema: GraphQLSchema,
  document: DocumentNode,
  variableValues: Record<string, unknown>,
  { data, errors }: ExecutionResult,
): boolean {
  if (errors || !data) return false;
  const fieldResolver: GraphQLFieldResolver<Record<string, unknown>, unknown> = (
    source,
    _args,
    _context,
    info,
  ) => source[info.path.key];
  const typeResolver: GraphQLTypeResolver<Record<string, unknown>, unknown> = (value) =>
    value.__typename as string;
  const args = { schema, document, variableValues, rootValue: data, fieldResolver, typeResolver };
  const read = execute(args as never) as ExecutionResult;
  return !read.errors && JSON.stringify(read.data) === JSON.stringify(data);
}
