import {
  type ASTNode,
  type DocumentNode,
  type GraphQLNamedType,
  type GraphQLSchema,
  getLocation,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isUnionType,
  Kind,
  TypeInfo,
  type TypeNode,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import type { RegisteredOperation } from '../operations.ts';
import type { SchemaChange } from './diff.ts';
import type { Finding, OperationUse } from './report.ts';

/** Which registered operations touch an element of the schema, each with its first place. */
export type Usage = ReadonlyMap<string, readonly OperationUse[]>;

/**
 * Collects what registered operations touch in a schema: fields, arguments, types, input fields and enum values. A variable
 * counts as giving everything its type can hold, since only the running frontend knows what it gives.
 */
export function usageOf(operations: readonly RegisteredOperation[], schema: GraphQLSchema): Usage {
  const usage = new Map<string, OperationUse[]>();
  for (const { name: operation, document, before } of operations) {
    for (const [coordinate, { loc }] of touched(document, schema)) {
      if (!loc) continue;
      const place = { file: loc.source.name, ...getLocation(loc.source, loc.start) };
      const use: OperationUse = { operation, ...place, ...(before ? { before } : {}) };
      usage.set(coordinate, [...(usage.get(coordinate) ?? []), use]);
    }
  }
  return usage;
}

/** What an operation touches, each with the first node that does. */
function touched(document: DocumentNode, schema: GraphQLSchema): Map<string, ASTNode> {
  const first = new Map<string, ASTNode>();
  const touch = (node: ASTNode, coordinates: readonly string[]): void => {
    for (const coordinate of coordinates) if (!first.has(coordinate)) first.set(coordinate, node);
  };
  const info = new TypeInfo(schema);
  const field = () => `${info.getParentType()?.name}.${info.getFieldDef()?.name}`;
  const visitor = visitWithTypeInfo(info, {
    Field(node) {
      const definition = info.getFieldDef();
      if (definition) touch(node, [field(), ...whole(getNamedType(definition.type))]);
    },
    Argument: (node) => touch(node, [`${field()}.${node.name.value}`]),
    ObjectField(node) {
      const input = getNamedType(info.getParentInputType());
      if (input) touch(node, [input.name, `${input.name}.${node.name.value}`]);
    },
    EnumValue(node) {
      const type = getNamedType(info.getInputType());
      if (type) touch(node, [`${type.name}.${node.value}`]);
    },
    InlineFragment: ({ typeCondition }) =>
      typeCondition && touch(typeCondition, [typeCondition.name.value]),
    FragmentDefinition: ({ typeCondition }) => touch(typeCondition, [typeCondition.name.value]),
    VariableDefinition(node) {
      const type = schema.getType(nameOf(node.type));
      if (type) touch(node, given(type));
    },
  });
  visit(document, visitor);
  return first;
}

const nameOf = (type: TypeNode): string =>
  type.kind === Kind.NAMED_TYPE ? type.name.value : nameOf(type.type);

/** A type and everything it may be: an enum's values, a union's members. */
function whole(type: GraphQLNamedType): string[] {
  const parts = isEnumType(type) ? type.getValues() : isUnionType(type) ? type.getTypes() : [];
  return [type.name, ...parts.map(({ name }) => `${type.name}.${name}`)];
}

/** Everything a variable of a type may give, the inputs inside it too. */
function given(type: GraphQLNamedType, seen: Set<GraphQLNamedType> = new Set()): string[] {
  if (seen.has(type)) return [];
  seen.add(type);
  if (!isInputObjectType(type)) return whole(type);
  const fields = Object.values(type.getFields());
  return [
    type.name,
    ...fields.flatMap((field) => [
      `${type.name}.${field.name}`,
      ...given(getNamedType(field.type), seen),
    ]),
  ];
}

/** The registered operations that a change touches. */
export const usesOf = (
  usage: Usage,
  { rule, at, added }: SchemaChange,
): readonly OperationUse[] => {
  const whole = at.split('.').slice(0, -1).join('.');
  // What is new is in no operation yet, and an argument that becomes required matters to those that do not give it.
  const touchesWhole = added || /^(FIELD_ARGUMENT|INPUT_FIELD)_(TYPE|DEFAULT)/.test(rule);
  const uses = usage.get(touchesWhole && whole ? whole : at) ?? [];
  const stillThere = new Set(
    uses.filter(({ before }) => !before).map(({ operation }) => operation),
  );
  return uses.filter(({ before, operation }) => !before || !stillThere.has(operation));
};

/** Finds registered operations that are not valid any more. */
export const invalidOperations = (
  operations: readonly RegisteredOperation[],
  schema: GraphQLSchema,
): Finding[] =>
  operations.flatMap(({ name, file, document }) =>
    validate(schema, document).map((error): Finding => {
      const places = (error.nodes ?? []).flatMap(({ loc }) =>
        loc ? [{ file: loc.source.name, ...getLocation(loc.source, loc.start) }] : [],
      );
      const at = places[0] ?? { file, line: 1, column: 1 };
      return {
        check: 'operations',
        severity: 'error',
        rule: 'invalid-operation',
        message: `The registered operation ${name} is not valid: ${error.message}`,
        advice:
          'Keep what it asks for, or change the operation and wait until no frontend sends the old one.',
        places: [at],
        operations: [{ operation: name, ...at }],
      };
    }),
  );
