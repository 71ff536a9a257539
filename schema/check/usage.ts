import {
  type ASTNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isNonNullType,
  Kind,
  TypeInfo,
  type ValueNode,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { placeOf, type RegisteredOperation, titleOf } from '../operations.ts';
import { argumentOf, namedTypeOf } from './coordinates.ts';
import type { OperationUse } from './report.ts';

/**
 * Which registered operations touch an element of the schema, each with its first place. The keys
 * are coordinates, or one of these:
 * - `out:Type`: a type that an operation can get;
 * - `Type.field(argument:)?` and `Input.field?`: a value that an operation may leave out;
 * - `Union>Member`: a fragment on a member within the union.
 */
export type Usage = ReadonlyMap<string, readonly OperationUse[]>;

/**
 * A variable counts as giving everything its type can hold, since only the running frontend knows
 * what it gives.
 */
export function usageOf(operations: readonly RegisteredOperation[], schema: GraphQLSchema): Usage {
  const usage = new Map<string, OperationUse[]>();
  for (const operation of operations) {
    for (const [key, node] of touched(operation.document, schema)) {
      const uses = usage.get(key) ?? [];
      const use = useAt(operation, node);
      if (use) usage.set(key, uses);
      if (use) uses.push(use);
    }
  }
  return usage;
}

/** The operations that touch one of these elements of a schema, as it is or as it was. */
export const touching = (
  coordinates: ReadonlySet<string>,
  operations: readonly RegisteredOperation[],
  schemas: readonly GraphQLSchema[],
): RegisteredOperation[] =>
  operations.filter(({ document }) =>
    schemas.some((schema) =>
      [...touched(document, schema).keys()].some((key) => coordinates.has(key)),
    ),
  );

function useAt(operation: RegisteredOperation, node: ASTNode): OperationUse | undefined {
  const { client, before, seen } = operation;
  const place = placeOf(node);
  if (!place) return undefined;
  return {
    operation: titleOf(operation),
    ...place,
    ...(client ? { client } : {}),
    ...(before ? { before } : {}),
    ...(seen ? { seen } : {}),
  };
}

type Touch = (node: ASTNode, ...keys: string[]) => void;

/** What an operation touches, each with the first node that does. */
function touched(document: DocumentNode, schema: GraphQLSchema): Map<string, ASTNode> {
  const first = new Map<string, ASTNode>();
  const touch: Touch = (node, ...keys) => {
    for (const key of keys) if (!first.has(key)) first.set(key, node);
  };
  const info = new TypeInfo(schema);
  const [variables, conditions] = [sureVariables(document), fragmentConditions(document)];
  const isSure = (value: ValueNode): boolean =>
    value.kind === Kind.VARIABLE ? variables.has(value.name.value) : value.kind !== Kind.NULL;
  const within = (node: ASTNode, condition: string | undefined): void => {
    const parent = info.getParentType();
    if (condition && parent) touch(node, `${parent.name}>${condition}`);
  };
  visit(
    document,
    visitWithTypeInfo(info, {
      OperationDefinition(node) {
        const root = schema.getRootType(node.operation);
        if (root) touch(node, root.name, `out:${root.name}`);
      },
      Field(node) {
        const definition = info.getFieldDef();
        if (!definition) return;
        const result = getNamedType(definition.type);
        touch(node, result.name, `out:${result.name}`);
        const surelyGiven = new Set(
          (node.arguments ?? []).flatMap(({ name, value }) => (isSure(value) ? name.value : [])),
        );
        for (const field of fieldsMeant(info, schema)) {
          touch(node, field);
          for (const { name } of definition.args)
            if (!surelyGiven.has(name)) touch(node, `${argumentOf(field, name)}?`);
        }
      },
      Argument(node) {
        const directive = info.getDirective();
        const parents = directive ? [`@${directive.name}`] : fieldsMeant(info, schema);
        for (const parent of parents) touch(node, argumentOf(parent, node.name.value));
      },
      Directive(node) {
        const at = `@${node.name.value}`;
        const given = new Set(
          (node.arguments ?? []).flatMap(({ name, value }) => (isSure(value) ? name.value : [])),
        );
        const missing = (info.getDirective()?.args ?? []).filter(({ name }) => !given.has(name));
        touch(node, at, ...missing.map(({ name }) => `${argumentOf(at, name)}?`));
      },
      ObjectValue(node) {
        const input = getNamedType(info.getInputType());
        if (!isInputObjectType(input)) return;
        const given = new Set(
          node.fields.flatMap(({ name, value }) => (isSure(value) ? name.value : [])),
        );
        const missing = Object.keys(input.getFields()).filter((name) => !given.has(name));
        touch(node, input.name, ...missing.map((name) => `${input.name}.${name}?`));
      },
      ObjectField(node) {
        const input = getNamedType(info.getParentInputType());
        if (input) touch(node, `${input.name}.${node.name.value}`);
      },
      EnumValue(node) {
        const type = getNamedType(info.getInputType());
        if (type) touch(node, type.name, `${type.name}.${node.value}`);
      },
      InlineFragment({ typeCondition }) {
        if (!typeCondition) return;
        touch(typeCondition, typeCondition.name.value);
        within(typeCondition, typeCondition.name.value);
      },
      FragmentSpread: (node) => within(node, conditions.get(node.name.value)),
      FragmentDefinition: ({ typeCondition }) => touch(typeCondition, typeCondition.name.value),
      VariableDefinition(node) {
        const type = schema.getType(namedTypeOf(node.type));
        if (type) touch(node, ...givenBy(type));
      },
    }),
  );
  return first;
}

/**
 * The field that is asked for and, where that is an interface's, the same field of all that may
 * answer.
 */
function fieldsMeant(info: TypeInfo, schema: GraphQLSchema): string[] {
  const [parent, name] = [info.getParentType(), info.getFieldDef()?.name];
  if (!parent || !name) return [];
  const possible =
    isInterfaceType(parent) && isAbstractType(parent) ? schema.getPossibleTypes(parent) : [];
  return [parent, ...possible].map((type) => `${type.name}.${name}`);
}

/** The variables that are never null: their type says so, or they have a default. */
const sureVariables = ({ definitions }: DocumentNode): ReadonlySet<string> =>
  new Set(
    definitions
      .flatMap((node): readonly VariableDefinitionNode[] =>
        node.kind === Kind.OPERATION_DEFINITION ? (node.variableDefinitions ?? []) : [],
      )
      .filter(
        ({ type, defaultValue }) =>
          type.kind === Kind.NON_NULL_TYPE || (defaultValue && defaultValue.kind !== Kind.NULL),
      )
      .map(({ variable }) => variable.name.value),
  );

const fragmentConditions = ({ definitions }: DocumentNode): ReadonlyMap<string, string> =>
  new Map(
    definitions.flatMap((node): [string, string][] =>
      node.kind === Kind.FRAGMENT_DEFINITION
        ? [[node.name.value, node.typeCondition.name.value]]
        : [],
    ),
  );

/** Everything a variable of a type may give, and may leave out, the inputs inside it too. */
function givenBy(type: GraphQLNamedType, seen: Set<GraphQLNamedType> = new Set()): string[] {
  if (seen.has(type)) return [];
  seen.add(type);
  if (isEnumType(type))
    return [type.name, ...type.getValues().map(({ name }) => `${type.name}.${name}`)];
  if (!isInputObjectType(type)) return [type.name];
  const fields = Object.values(type.getFields());
  return [
    type.name,
    ...fields.flatMap((field) => {
      const at = `${type.name}.${field.name}`;
      const mayBeMissing = !isNonNullType(field.type) || field.defaultValue !== undefined;
      return [at, ...(mayBeMissing ? [`${at}?`] : []), ...givenBy(getNamedType(field.type), seen)];
    }),
  ];
}

/** The registered operations that a change touches; each in its form of now, if it has that. */
export function usesOf(usage: Usage, touches: readonly string[]): readonly OperationUse[] {
  const uses = new Map<string, OperationUse>();
  for (const use of touches.flatMap((key) => usage.get(key) ?? [])) {
    const known = uses.get(use.operation);
    if (!known || (known.before && !use.before)) uses.set(use.operation, use);
    // What a release has registered and what was seen of it are one use.
    else if (use.seen) uses.set(use.operation, { ...known, seen: use.seen });
  }
  return [...uses.values()];
}
