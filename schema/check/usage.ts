import {
  type ASTNode,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getLocation,
  getNamedType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isUnionType,
  TypeInfo,
  typeFromAST,
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
  for (const { name: operation, document } of operations) {
    const touch = (coordinate: string, { loc }: ASTNode): void => {
      const uses = usage.get(coordinate) ?? [];
      if (!loc || uses.some((use) => use.operation === operation)) return;
      const place = { file: loc.source.name, ...getLocation(loc.source, loc.start) };
      usage.set(coordinate, [...uses, { operation, ...place }]);
    };
    const info = new TypeInfo(schema);
    const visitor = visitWithTypeInfo(info, {
      Field(node) {
        const [parent, field] = [info.getParentType(), info.getFieldDef()];
        if (!parent || !field) return;
        touch(`${parent.name}.${field.name}`, node);
        touchReturned(getNamedType(field.type), node);
      },
      Argument(node) {
        const [parent, field] = [info.getParentType(), info.getFieldDef()];
        if (parent && field) touch(`${parent.name}.${field.name}.${node.name.value}`, node);
      },
      ObjectField(node) {
        const parent = getNamedType(info.getParentInputType());
        if (parent) touch(parent.name, node);
        if (parent) touch(`${parent.name}.${node.name.value}`, node);
      },
      EnumValue(node) {
        const type = getNamedType(info.getInputType());
        if (type) touch(`${type.name}.${node.value}`, node);
      },
      InlineFragment(node) {
        if (node.typeCondition) touch(node.typeCondition.name.value, node);
      },
      FragmentDefinition(node) {
        touch(node.typeCondition.name.value, node);
      },
      VariableDefinition(node) {
        const type = typeFromAST(schema, node.type as never) as GraphQLInputType | undefined;
        if (type) touchGiven(getNamedType(type), node, new Set());
      },
    });
    const touchReturned = (type: GraphQLNamedType, node: ASTNode): void => {
      touch(type.name, node);
      if (isEnumType(type)) for (const value of type.getValues()) touch(`${type.name}.${value.name}`, node);
      if (isUnionType(type)) for (const member of type.getTypes()) touch(`${type.name}.${member.name}`, node);
    };
    const touchGiven = (type: GraphQLNamedType, node: ASTNode, seen: Set<GraphQLNamedType>): void => {
      if (seen.has(type) || isCompositeType(type)) return;
      seen.add(type);
      touch(type.name, node);
      if (isEnumType(type)) for (const value of type.getValues()) touch(`${type.name}.${value.name}`, node);
      if (!isInputObjectType(type)) return;
      for (const field of Object.values(type.getFields())) {
        touch(`${type.name}.${field.name}`, node);
        touchGiven(getNamedType(field.type), node, seen);
      }
    };
    visit(document, visitor);
  }
  return usage;
}

/** The registered operations that a change touches. */
export const usesOf = (usage: Usage, { rule, at, added }: SchemaChange): readonly OperationUse[] => {
  const whole = at.split('.').slice(0, -1).join('.');
  // What is new is in no operation yet, and an argument that becomes required matters to those that do not give it.
  const touchesWhole = added || /^(FIELD_ARGUMENT|INPUT_FIELD)_(TYPE|DEFAULT)/.test(rule);
  return usage.get(touchesWhole && whole ? whole : at) ?? [];
};

/** Finds registered operations that are not valid any more. */
export const invalidOperations = (operations: readonly RegisteredOperation[], schema: GraphQLSchema): Finding[] =>
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
        advice: 'Keep what it asks for, or change the operation and wait until no frontend sends the old one.',
        places: [at],
        operations: [{ operation: name, ...at }],
      };
    }),
  );
