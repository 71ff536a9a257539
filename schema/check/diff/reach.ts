import {
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
} from 'graphql';

/** What operations can reach of a schema. */
export type Reach = {
  /** Types that an operation can name, get or give. */
  reached: ReadonlySet<string>;
  /** Those of them that it can get. */
  received: ReadonlySet<string>;
  /** Those of them that it can give. */
  sent: ReadonlySet<string>;
};

/**
 * Follows a schema from its roots and its directives: from an interface or union to its members,
 * and from a type to its interfaces and unions, since a fragment may name any of those.
 */
export function reachOf(schema: GraphQLSchema): Reach {
  const [received, sent] = [new Set<string>(), new Set<string>()];
  const belongsTo = abstractTypesByMember(schema);
  const give = (type: GraphQLNamedType): void => {
    if (sent.has(type.name)) return;
    sent.add(type.name);
    if (isInputObjectType(type))
      for (const field of Object.values(type.getFields())) give(getNamedType(field.type));
  };
  const get = (type: GraphQLNamedType): void => {
    if (received.has(type.name)) return;
    received.add(type.name);
    const possible = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
    for (const other of [...(belongsTo.get(type.name) ?? []), ...possible]) get(other);
    for (const field of fieldsOf(type)) {
      get(getNamedType(field.type));
      for (const argument of field.args) give(getNamedType(argument.type));
    }
  };
  for (const root of rootsOf(schema)) get(root);
  for (const { args } of schema.getDirectives())
    for (const argument of args) give(getNamedType(argument.type));
  return { reached: new Set([...received, ...sent]), received, sent };
}

const fieldsOf = (type: GraphQLNamedType) =>
  isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];

const rootsOf = (schema: GraphQLSchema): GraphQLNamedType[] =>
  [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].flatMap(
    (type) => type ?? [],
  );

function abstractTypesByMember(schema: GraphQLSchema): Map<string, GraphQLNamedType[]> {
  const found = new Map<string, GraphQLNamedType[]>();
  for (const type of Object.values(schema.getTypeMap())) {
    if (!isAbstractType(type)) continue;
    const { objects, interfaces } = isInterfaceType(type)
      ? schema.getImplementations(type)
      : { objects: type.getTypes(), interfaces: [] };
    for (const { name } of [...objects, ...interfaces])
      found.set(name, [...(found.get(name) ?? []), type]);
  }
  return found;
}
