import type { Schema } from '@apollo/federation-internals';
import {
  type FieldNode,
  type GraphQLField,
  type GraphQLInputType,
  getNamedType,
  isInputObjectType,
} from 'graphql';
import { argumentOf, type LengthNeeds } from './list-size.ts';
import { nameOfSpecDirective } from './spec-directive.ts';
import { fieldsOf, implementationsOf } from './supergraph-fields.ts';

/** What things weigh by `@cost` of the subgraphs' SDL, by their coordinates. */
export type FieldCosts = ReadonlyMap<string, number>;

type Weighed = { coordinate: string; appliedDirectivesOf(name: string): Applied[] };
type Applied = { arguments(): { [name: string]: unknown } };

/** Reads what fields, their arguments, types and members of inputs are declared to weigh. */
export function fieldCosts(supergraph: Schema): FieldCosts {
  const costs = new Map<string, number>();
  const name = nameOfSpecDirective(supergraph, 'cost');
  if (!name) return costs;
  const read = (of: Weighed, from: Weighed = of) => {
    const [applied] = from.appliedDirectivesOf(name);
    // Nothing makes up for something else.
    const weight = Math.max(0, Number(applied?.arguments().weight));
    const known = costs.get(of.coordinate) ?? 0;
    if (applied) costs.set(of.coordinate, Math.max(known, weight));
  };
  for (const type of supergraph.types()) read(type);
  for (const field of fieldsOf(supergraph))
    for (const one of [field, ...implementationsOf(field)]) {
      read(field, one);
      for (const argument of field.arguments()) {
        const same = one.argument(argument.name);
        if (same) read(argument, same);
      }
    }
  for (const type of supergraph.inputTypes()) for (const member of type.fields()) read(member);
  return costs;
}

/** What a field weighs itself, with the arguments that it is given, whatever comes in it. */
export function costOfField(
  node: FieldNode,
  parent: string,
  definition: GraphQLField<unknown, unknown>,
  needs: LengthNeeds & { costs: FieldCosts },
): number {
  const { costs } = needs;
  if (costs.size === 0) return 1;
  const coordinate = `${parent}.${definition.name}`;
  let cost = costs.get(coordinate) ?? 1;
  for (const { name, type } of definition.args) {
    const value = argumentOf(node, name, definition, needs);
    if (value === undefined) continue;
    cost += (costs.get(`${coordinate}(${name}:)`) ?? 0) + costOfInput(type, value, costs);
  }
  return cost;
}

/** What a value weighs by its type, and the members that are given of an input; in lists too. */
function costOfInput(type: GraphQLInputType, value: unknown, costs: FieldCosts): number {
  const named = getNamedType(type);
  if (Array.isArray(value))
    return value.reduce((sum: number, one) => sum + costOfInput(named, one, costs), 0);
  if (value === null) return 0;
  if (!isInputObjectType(named)) return costs.get(named.name) ?? 0;
  if (typeof value !== 'object') return 0;
  const members = named.getFields();
  let cost = 0;
  for (const [name, given] of Object.entries(value)) {
    const member = Object.hasOwn(members, name) ? members[name] : undefined;
    if (!member || given === undefined) continue;
    cost += (costs.get(`${named.name}.${name}`) ?? 0) + costOfInput(member.type, given, costs);
  }
  return cost;
}
