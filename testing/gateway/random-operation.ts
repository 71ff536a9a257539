import type { GeneratorValue } from 'fast-check';
import * as fc from 'fast-check';
import {
  type GraphQLAbstractType,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLInterfaceType,
  type GraphQLObjectType,
  type GraphQLSchema,
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
  type OperationTypeNode,
} from 'graphql';

export type AskedOperation = { query: string; variables: Record<string, unknown> };

export type OperationSize = {
  /** Levels of fields. */
  depth: number;
  /** Once an operation has so many fields, only leaves are added. */
  fields: number;
};

/**
 * A valid operation of any shape: aliases, fragments, unions, conditions, variables, the same field
 * twice.
 */
export function randomOperation(
  schema: GraphQLSchema,
  draw: GeneratorValue,
  { depth: maxDepth, fields: enoughFields }: OperationSize,
): AskedOperation {
  const declared: string[] = [];
  const variables: Record<string, unknown> = {};
  const fragments: string[] = [];
  let count = 0;
  let fields = 0;
  const name = (prefix: string) => `${prefix}${++count}`;
  const upTo = (max: number) => draw(fc.nat, max);
  const chance = (percent: number) => upTo(99) < percent;
  const oneOf = <T>(list: readonly T[]) => list[upTo(list.length - 1)] as T;

  const variable = (type: string, value: unknown, standard?: string) => {
    const own = name('v');
    const omitted = standard !== undefined && chance(50);
    declared.push(`$${own}: ${type}${standard === undefined ? '' : ` = ${standard}`}`);
    if (!omitted) variables[own] = value;
    return `$${own}`;
  };

  const condition = (): string => {
    if (!chance(20)) return '';
    const value = chance(50);
    const given = chance(70)
      ? variable('Boolean!', value, chance(30) ? String(chance(50)) : undefined)
      : String(value);
    return ` @${oneOf(['include', 'skip'])}(if: ${given})`;
  };

  const input = (type: GraphQLInputType): unknown => {
    if (isNonNullType(type)) return input(type.ofType);
    if (isListType(type)) return [input(type.ofType)];
    if (isEnumType(type)) return oneOf(type.getValues()).name;
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isRequiredInputField(field) || chance(20),
      );
      return Object.fromEntries(fields.map((field) => [field.name, input(field.type)]));
    }
    return inputs[type.name]?.(upTo(11));
  };

  const argument = ({ name: own, type }: GraphQLArgument) => {
    const value = input(type);
    const asVariable = chance(40) || isInputObjectType(getNamedType(type));
    const literal = isEnumType(getNamedType(type)) ? String(value) : JSON.stringify(value);
    return `${own}: ${asVariable ? variable(String(type), value) : literal}`;
  };

  const field = (
    definition: GraphQLField<unknown, unknown>,
    depth: number,
    aliased: boolean,
  ): string => {
    const given = definition.args
      .filter((arg) => isRequiredArgument(arg) || chance(30))
      .map(argument);
    // Two of one name must be the same; an alias of its own keeps them apart.
    const alias = given.length > 0 || aliased || chance(15) ? `${name('a')}: ` : '';
    const type = getNamedType(definition.type);
    fields += 1;
    const below = isCompositeType(type) ? ` ${selections(type.name, depth + 1)}` : '';
    return `${alias}${definition.name}${given.length > 0 ? `(${given.join(', ')})` : ''}${condition()}${below}`;
  };

  const selections = (typename: string, depth: number, aliased = false): string => {
    const type = schema.getType(typename);
    if (isAbstractType(type)) return ofAnyType(type, depth);
    if (!isObjectType(type)) throw new Error(`${typename} can't be asked for`);
    const parts = fieldsOf(type, depth, aliased);
    if (chance(15)) parts.push(oneOf(['__typename', `${name('t')}: __typename`]));
    if (fields < enoughFields) parts.push(...fragmentsOf(typename, depth, aliased));
    return `{ ${parts.join(' ')} }`;
  };

  const ofAnyType = (type: GraphQLAbstractType, depth: number): string => {
    const own = isInterfaceType(type) && chance(60) ? fieldsOf(type, depth, true) : [];
    const types = schema.getPossibleTypes(type);
    const few = own.length > 0 && chance(50) ? [] : types.slice(upTo(types.length - 1));
    const parts = few.map(
      ({ name: each }) => `... on ${each}${condition()} ${selections(each, depth, true)}`,
    );
    return `{ ${chance(50) ? '__typename ' : ''}${[...own, ...parts].join(' ')} }`;
  };

  const fieldsOf = (
    type: GraphQLObjectType | GraphQLInterfaceType,
    depth: number,
    aliased: boolean,
  ): string[] => {
    const all = Object.values(type.getFields()).filter(
      (each) =>
        (depth < maxDepth && fields < enoughFields) ||
        depth === 0 ||
        !isCompositeType(getNamedType(each.type)),
    );
    return Array.from({ length: fields < enoughFields ? 1 + upTo(3) : 1 }, () =>
      all.length > 0 ? field(oneOf(all), depth, aliased) : '__typename',
    );
  };

  const fragmentsOf = (typename: string, depth: number, aliased: boolean): string[] => {
    const inner = () => selections(typename, depth + 1, aliased);
    const parts: string[] = [];
    if (chance(15)) parts.push(`... ${oneOf(['', `on ${typename}`])}${condition()} ${inner()}`);
    if (chance(15)) {
      const own = name('F');
      fragments.push(`fragment ${own} on ${typename} ${inner()}`);
      parts.push(`...${own}${condition()}`);
    }
    return parts;
  };

  const kind = (chance(15) ? 'mutation' : 'query') as OperationTypeNode;
  const body = selections(schema.getRootType(kind)?.name as string, 0);
  const head = declared.length > 0 ? `(${declared.join(', ')})` : '';
  return { query: [`${kind} Random${head} ${body}`, ...fragments].join('\n'), variables };
}

const inputs: Record<string, (number: number) => unknown> = {
  ID: (number) => String(number),
  String: (number) => `text ${number}`,
  Int: (number) => 1 + number,
  SafeInt: (number) => number * 1_000_000_000,
  Boolean: (number) => number % 2 === 0,
  LocalDate: (number) => `2026-12-${10 + number}`,
  DateTime: () => '2026-12-01T00:00:00.000Z',
};
