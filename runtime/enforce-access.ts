import {
  type ConstDirectiveNode,
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
  valueFromASTUntyped,
} from 'graphql';
import { type Applied, allOf, isMet, type Requirement, requirementOf } from './access.ts';
import type { Caller } from './caller.ts';
import { clientError } from './errors.ts';

type Directed = { astNode?: { directives?: readonly ConstDirectiveNode[] } | null | undefined };

/**
 * Makes a subgraph's resolvers keep to `@authenticated`, `@requiresScopes` and `@policy` of its
 * SDL, whoever asks it, so that a gateway that does not enforce them gets no more. Sister services
 * ask for themselves and are not bound.
 * @param callerOf who asks, by the context of an execution
 */
export function enforceAccess(
  schema: GraphQLSchema,
  callerOf: (context: unknown) => Caller | undefined,
): void {
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      const needed = neededFor(type, field);
      if (needed) guard(field, needed, callerOf);
    }
  }
}

const neededFor = (type: GraphQLObjectType, field: GraphQLField<unknown, unknown>) =>
  allOf([type, field, getNamedType(field.type)].map((one) => requirementOf(appliedTo(one))));

const appliedTo = ({ astNode }: Directed): Applied[] =>
  (astNode?.directives ?? []).map(({ name, arguments: given = [] }) => ({
    name: name.value.replace(/^federation__/, ''),
    arguments: Object.fromEntries(
      given.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
    ),
  }));

function guard(
  field: GraphQLField<unknown, unknown>,
  needed: Requirement,
  callerOf: (context: unknown) => Caller | undefined,
): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  const require = (context: unknown) => {
    const caller = callerOf(context);
    if (caller && (caller.service !== 'gateway' || isMet(needed, caller))) return;
    throw clientError(
      'UNAUTHORIZED_FIELD_OR_TYPE',
      'You are not allowed to see this field or type.',
    );
  };
  field.resolve = (source, args, context, info) => {
    require(context);
    return resolve(source, args, context, info);
  };
  if (subscribe)
    field.subscribe = (source, args, context, info) => {
      require(context);
      return subscribe(source, args, context, info);
    };
}
