import {
  coerceInputValue,
  GraphQLError,
  type GraphQLSchema,
  isInputObjectType,
  isInputType,
  isNonNullType,
  type OperationDefinitionNode,
  typeFromAST,
  type VariableDefinitionNode,
} from 'graphql';

export type VariableRules = { maxErrors: number; hideSuggestions: boolean };

/**
 * What is wrong with the variables of an operation, in the words of graphql-js' `getVariableValues`.
 * That one writes the whole of a wrong value into each error: an object of 8,000 unknown members, in
 * 90 kB, takes 20 ms, and the answer to it has 600 kB.
 */
export function variableErrors(
  schema: GraphQLSchema,
  { variableDefinitions = [] }: OperationDefinitionNode,
  variables: Record<string, unknown>,
  { maxErrors, hideSuggestions }: VariableRules,
): GraphQLError[] {
  const errors: GraphQLError[] = [];
  const report = (nodes: VariableDefinitionNode, message: string) => {
    if (errors.length > maxErrors) return;
    if (errors.length === maxErrors) throw new TooMany();
    errors.push(wrong(cut(message), nodes));
  };
  /** Each unknown member of an object shows the object, and to list its names takes a millisecond. */
  let last: { part: unknown; text: string } | undefined;
  const shownOnce = (part: unknown): string => {
    if (!last || last.part !== part) last = { part, text: shown(part) };
    return last.text;
  };
  inheritNothing(schema, variables);
  try {
    for (const node of variableDefinitions) {
      const name = node.variable.name.value;
      const type = typeFromAST(schema, node.type);
      // What is none, validation refuses.
      if (!isInputType(type)) continue;
      if (!Object.hasOwn(variables, name)) {
        if (!node.defaultValue && isNonNullType(type))
          report(node, `Variable "$${name}" of required type "${type}" was not provided.`);
        continue;
      }
      const value = variables[name];
      if (value === null && isNonNullType(type)) {
        report(node, `Variable "$${name}" of non-null type "${type}" must not be null.`);
        continue;
      }
      const onError = (path: readonly (string | number)[], part: unknown, error: GraphQLError) => {
        const at = path.length > 0 ? ` at "${name}${placeOf(path)}"` : '';
        report(
          node,
          `Variable "$${name}" got invalid value ${shownOnce(part)}${at}; ${error.message}`,
        );
      };
      coerceInputValue(value, type, onError, hideSuggestions);
    }
  } catch (error) {
    if (!(error instanceof TooMany)) throw error;
    errors.push(
      wrong('Too many errors processing variables, error limit reached. Execution aborted.'),
    );
  }
  return errors;
}

const inheriting = new WeakMap<GraphQLSchema, boolean>();

/** Whether a field of an input object is called as what every object inherits. */
function hasInheritedNames(schema: GraphQLSchema): boolean {
  const known = inheriting.get(schema);
  if (known !== undefined) return known;
  const found = Object.values(schema.getTypeMap()).some(
    (type) =>
      isInputObjectType(type) &&
      Object.keys(type.getFields()).some((one) => one in Object.prototype),
  );
  inheriting.set(schema, found);
  return found;
}

/**
 * graphql-js takes what an object inherits for a field that is not given, so they may inherit nothing.
 * Without recursion: variables may be nested as deeply as a client likes.
 */
function inheritNothing(schema: GraphQLSchema, variables: Record<string, unknown>): void {
  if (!hasInheritedNames(schema)) return;
  const left: object[] = Object.values(variables).filter(isObject);
  for (let next = left.pop(); next; next = left.pop()) {
    if (!Array.isArray(next)) Object.setPrototypeOf(next, null);
    left.push(...Object.values(next).filter(isObject));
  }
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

/** Ends the search for errors, of which tens of thousands may be left. */
class TooMany extends Error {}

const wrong = (message: string, nodes?: VariableDefinitionNode) =>
  new GraphQLError(message, { nodes: nodes ?? null, extensions: { code: 'BAD_USER_INPUT' } });

const longest = 1_000;
const cut = (text: string): string => (text.length > longest ? `${text.slice(0, longest)}…` : text);

const placeOf = (path: readonly (string | number)[]): string =>
  path.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');

const shownParts = 10;
const shownLevels = 2;

/** A value as graphql-js shows it, but of an object, too, only the first parts. */
function shown(value: unknown, level = 0): string {
  if (typeof value === 'string') return JSON.stringify(cut(value));
  if (typeof value !== 'object' || value === null) return String(value);
  const isList = Array.isArray(value);
  const keys = Object.keys(value);
  if (keys.length === 0) return isList ? '[]' : '{}';
  if (level >= shownLevels) return isList ? '[Array]' : '[Object]';
  const parts = keys.slice(0, shownParts).map((key) => {
    const part = shown((value as Record<string, unknown>)[key], level + 1);
    return isList ? part : `${cut(key)}: ${part}`;
  });
  const left = keys.length - parts.length;
  if (left > 0) parts.push(`... ${left} more item${left > 1 ? 's' : ''}`);
  return isList ? `[${parts.join(', ')}]` : `{ ${parts.join(', ')} }`;
}
