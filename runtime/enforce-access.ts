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
import { unauthorized } from './errors.ts';
import { type SpecNames, specNames } from './spec-names.ts';

type Directed = { astNode?: { directives?: readonly ConstDirectiveNode[] } | null | undefined };

/** The context of an execution says who asks. */
export type OfCaller = { caller: Caller };

/**
 * Makes a subgraph's resolvers keep to `@authenticated`, `@requiresScopes` and `@policy` of its
 * SDL, whoever asks it, so that a gateway that does not enforce them gets no more. A sister service
 * asks for itself: it is no user who would have to sign in, and of policies it has one,
 * `service:NAME`.
 */
export function enforceAccess(schema: GraphQLSchema): void {
  const nameOf = specNames(
    [schema.astNode, ...schema.extensionASTNodes].flatMap((node) => node?.directives ?? []),
  );
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isObjectType(type) || type.name.startsWith('_')) continue;
    for (const field of Object.values(type.getFields())) {
      const needed = neededFor(type, field, nameOf);
      if (needed) guard(field, needed);
    }
  }
}

const neededFor = (
  type: GraphQLObjectType,
  field: GraphQLField<unknown, unknown>,
  nameOf: SpecNames,
) =>
  allOf(
    [type, field, getNamedType(field.type)].map((one) => requirementOf(appliedTo(one, nameOf))),
  );

const appliedTo = ({ astNode }: Directed, nameOf: SpecNames): Applied[] =>
  (astNode?.directives ?? []).map(({ name, arguments: given = [] }) => ({
    name: nameOf(name.value),
    arguments: Object.fromEntries(
      given.map((argument) => [argument.name.value, valueFromASTUntyped(argument.value)]),
    ),
  }));

const mayAsk = (caller: Caller, needed: Requirement): boolean =>
  caller.service === 'gateway'
    ? isMet(needed, caller)
    : isMet({ ...needed, authenticated: false, scopes: [] }, asService(caller));

const asService = ({ service }: Caller): Caller => ({ service, roles: [`service:${service}`] });

function guard(field: GraphQLField<unknown, unknown>, needed: Requirement): void {
  const { resolve = defaultFieldResolver, subscribe } = field;
  const require = (context: unknown) => {
    const { caller } = context as Partial<OfCaller>;
    if (!caller || !mayAsk(caller, needed))
      throw unauthorized(needed.authenticated && caller?.userId === undefined);
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
