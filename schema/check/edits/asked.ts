import {
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isInterfaceType,
  isLeafType,
  isObjectType,
  isSpecifiedDirective,
  isUnionType,
  OperationTypeNode,
  parse,
} from 'graphql';
import type { RegisteredOperation } from '../../operations.ts';

/** How many fields deep an operation asks. */
const depth = 2;

type Variables = Map<string, string>;

/**
 * One operation for each root field, which asks for everything: every argument by a variable, every
 * member of an interface or union by a fragment, and every interface and union of a type by a
 * fragment within it. A change that breaks none of these breaks no operation.
 */
export function everythingAsked(schema: GraphQLSchema): RegisteredOperation[] {
  const fields = Object.values(OperationTypeNode).flatMap((kind) => {
    const root = schema.getRootType(kind);
    return Object.values(root?.getFields() ?? {}).map((field): RegisteredOperation => {
      const variables: Variables = new Map();
      const selection = fieldText(field, field.name, schema, 1, variables);
      const declared = [...variables].map(([name, type]) => `$${name}: ${type}`);
      const name = `Everything${field.name}`;
      const text = `${kind} ${name}${declared.length > 0 ? `(${declared.join(', ')})` : ''} { ${selection} }`;
      return { name, type: kind, file: `${field.name}.graphql`, document: parse(text) };
    });
  });
  return [...fields, ...directivesWritten(schema)];
}

/**
 * One operation for each place of a directive: it is written there, twice where it may be, with all
 * its arguments.
 */
function directivesWritten(schema: GraphQLSchema): RegisteredOperation[] {
  const own = schema.getDirectives().filter((directive) => !isSpecifiedDirective(directive));
  return own.flatMap(({ name, args, locations, isRepeatable }) => {
    const declared = args.map((argument) => `$${argument.name}: ${argument.type}`).join(', ');
    const given = args.map((argument) => `${argument.name}: $${argument.name}`).join(', ');
    const text = `@${name}(${given}) ${isRepeatable ? `@${name}` : ''}`;
    return locations.flatMap((location) => {
      const write = placesOfDirectives[location];
      if (!write) return [];
      const operation = `Written${location}`;
      const document = parse(write(`${operation}(${declared})`, text));
      return {
        name: operation,
        type: OperationTypeNode.QUERY,
        file: 'directives.graphql',
        document,
      };
    });
  });
}

const placesOfDirectives: Record<string, (operation: string, directive: string) => string> = {
  QUERY: (operation, directive) => `query ${operation} ${directive} { __typename }`,
  FIELD: (operation, directive) => `query ${operation} { __typename ${directive} }`,
  FRAGMENT_SPREAD: (operation, directive) =>
    `query ${operation} { ...F ${directive} } fragment F on Query { __typename }`,
};

function fieldText(
  field: GraphQLField<unknown, unknown>,
  path: string,
  schema: GraphQLSchema,
  level: number,
  variables: Variables,
): string {
  const args = field.args.map(({ name, type }) => {
    const variable = `${path}_${name}`;
    variables.set(variable, String(type));
    return `${name}: $${variable}`;
  });
  const type = getNamedType(field.type);
  const given = args.length > 0 ? `(${args.join(', ')})` : '';
  const inner = isLeafType(type)
    ? ''
    : ` { ${selectionText(type, path, schema, level, variables)} }`;
  return `${path}: ${field.name}${given}${inner}`;
}

function selectionText(
  type: GraphQLNamedType,
  path: string,
  schema: GraphQLSchema,
  level: number,
  variables: Variables,
): string {
  const fields = isObjectType(type) || isInterfaceType(type) ? Object.values(type.getFields()) : [];
  const asked = fields
    .filter((field) => level < depth || isLeafType(getNamedType(field.type)))
    .map((field) =>
      fieldText(field, `${path}_${type.name}${field.name}`, schema, level + 1, variables),
    );
  const inside = level <= depth ? fragmentTypes(type, schema) : [];
  const fragments = inside.map((inner) => {
    const text = isUnionType(inner)
      ? inner
          .getTypes()
          .map(({ name }) => `... on ${name} { __typename }`)
          .join(' ')
      : selectionText(inner, path, schema, isAbstractType(type) ? depth : depth + 1, variables);
    return `... on ${inner.name} { __typename ${text} }`;
  });
  return ['__typename', ...asked, ...fragments].join(' ');
}

/** What a fragment within a type may be on. */
function fragmentTypes(type: GraphQLNamedType, schema: GraphQLSchema): GraphQLNamedType[] {
  if (isAbstractType(type)) return [...schema.getPossibleTypes(type)];
  if (!isObjectType(type)) return [];
  const unions = Object.values(schema.getTypeMap()).filter(isUnionType);
  return [...type.getInterfaces(), ...unions.filter((union) => union.getTypes().includes(type))];
}
