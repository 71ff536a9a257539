import {
  type GraphQLField,
  type GraphQLOutputType,
  getNamedType,
  isCompositeType,
  isObjectType,
  isRequiredArgument,
} from 'graphql';

/**
 * Selects every field of a type that takes no argument, and so on inside it down to a depth. Empty
 * if there is none.
 */
export function allFields(type: GraphQLOutputType, depth: number): string {
  const named = getNamedType(type);
  if (!isCompositeType(named)) return '';
  if (!isObjectType(named)) return '{ __typename }';
  const fields = Object.values(named.getFields()).flatMap((field) => selected(field, depth));
  return fields.length > 0 ? `{ ${fields.join(' ')} }` : '';
}

function selected(field: GraphQLField<unknown, unknown>, depth: number): string[] {
  if (field.args.some(isRequiredArgument)) return [];
  if (!isCompositeType(getNamedType(field.type))) return [field.name];
  const inner = depth > 0 ? allFields(field.type, depth - 1) : '';
  return inner ? [`${field.name} ${inner}`] : [];
}
