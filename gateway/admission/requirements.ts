import {
  type Directive,
  isInterfaceType,
  isObjectType,
  type NamedType,
  type Schema,
} from '@apollo/federation-internals';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import {
  type Applied,
  accessDirectives,
  allOf,
  type Requirement,
  requirementOf,
} from '../../runtime/access.ts';
import { nameOfSpecDirective } from './spec-directive.ts';
import {
  type Field,
  fieldsOf,
  implementationsOf,
  joinsOf,
  namedTypeOf,
} from './supergraph-fields.ts';

/** What callers need for the fields and types of a supergraph. */
export type Requirements = {
  /** Whether anything is needed for anything. */
  any: boolean;
  /**
   * What is needed to select a field on a type: for the field, the type, what it returns, and what
   * it is made from.
   */
  ofField(type: string, field: string): Requirement | undefined;
  ofType(type: string): Requirement | undefined;
};

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy`. A field of an interface needs what each
 * implementation's needs, and a field with `@requires` what the fields need that it is made from: else
 * they would be ways around.
 */
export function requirementsOf(supergraph: Schema): Requirements {
  const statedOn = requirementReader(supergraph);
  const types = new Map<string, Requirement>();
  for (const type of supergraph.types()) {
    const own = statedOn(type);
    if (own) types.set(type.name, own);
  }
  const fields = new Map<string, Requirement>();
  for (const field of fieldsOf(supergraph)) {
    const parts = [...reachedFrom(field)].flatMap((one) => [
      ...[one, ...ofInterfaceObjects(one)].map(statedOn),
      types.get(one.parent.name),
      types.get(namedTypeOf(one)),
    ]);
    const needed = allOf(parts);
    if (needed) fields.set(field.coordinate, needed);
  }
  return {
    any: types.size + fields.size > 0,
    ofField: (type, field) => fields.get(`${type}.${field}`),
    ofType: (type) => types.get(type),
  };
}

/** Reads what is written on an element itself. */
function requirementReader(supergraph: Schema) {
  const names = new Map(accessDirectives.map((one) => [nameOfSpecDirective(supergraph, one), one]));
  return (element: NamedType | Field): Requirement | undefined =>
    requirementOf(
      (element.appliedDirectives as readonly Directive[]).flatMap((applied): Applied[] => {
        const name = names.get(applied.name);
        return name ? [{ name, arguments: applied.arguments() as Applied['arguments'] }] : [];
      }),
    );
}

/** A field with all that its value may come from. Fields may be made from each other. */
function reachedFrom(field: Field, found = new Set<Field>()) {
  if (found.has(field)) return found;
  found.add(field);
  for (const one of [...implementationsOf(field), ...madeFrom(field)]) reachedFrom(one, found);
  return found;
}

/** The fields of interfaces by which `@interfaceObject` in a subgraph gives a type a field. */
const ofInterfaceObjects = (field: Field): Field[] =>
  isObjectType(field.parent) && joinsOf(field).some(({ graph }) => graph === undefined)
    ? field.parent.interfaces().flatMap((type) => (type.field(field.name) as Field) ?? [])
    : [];

/** The fields that a field is made from, in any subgraph that resolves it. */
const madeFrom = (field: Field): Field[] =>
  [field, ...ofInterfaceObjects(field)]
    .flatMap(joinsOf)
    .flatMap(({ requires }) => (requires ? selectedBy(`{ ${requires} }`, field.parent) : []));

function selectedBy(selection: string, type: NamedType): Field[] {
  const [operation] = parse(selection).definitions;
  return operation?.kind === Kind.OPERATION_DEFINITION
    ? selected(operation.selectionSet, type)
    : [];
}

/** The fields of a selection, at any depth. */
function selected(set: SelectionSetNode, type: NamedType | undefined): Field[] {
  if (!type) return [];
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition = node.typeCondition?.name.value;
      return selected(node.selectionSet, condition ? type.schema().type(condition) : type);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const field = type.field(node.name.value) as Field | undefined;
    if (!field) return [];
    const inner = type.schema().type(namedTypeOf(field));
    return [field, ...(node.selectionSet ? selected(node.selectionSet, inner) : [])];
  });
}
