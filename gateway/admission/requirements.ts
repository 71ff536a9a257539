import {
  type Directive,
  type FieldDefinition,
  type InterfaceType,
  isInterfaceType,
  isObjectType,
  type NamedType,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals';
import { Kind, parse, type SelectionSetNode } from 'graphql';
import { type Applied, allOf, type Requirement, requirementOf } from '../../runtime/access.ts';

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

type Fields = ObjectType | InterfaceType;

/**
 * Reads `@authenticated`, `@requiresScopes` and `@policy`. A field of an interface needs what each
 * implementation's needs, and a field with `@requires` what the fields need that it is made from:
 * else they would be ways around.
 */
export function requirementsOf(supergraph: Schema): Requirements {
  const types = new Map<string, Requirement>();
  const fields = new Map<string, Requirement>();
  for (const type of supergraph.types()) {
    const own = requirementOf(appliedTo(type));
    if (own) types.set(type.name, own);
  }
  const known = new Map<FieldDefinition<Fields>, Requirement | undefined>();
  const ofField = (field: FieldDefinition<Fields>): Requirement | undefined => {
    if (known.has(field)) return known.get(field);
    // Ends a cycle of fields that are made from each other.
    known.set(field, undefined);
    const { parent } = field;
    const needed = allOf([
      requirementOf(appliedTo(field)),
      types.get(parent.name),
      types.get(namedTypeOf(field)),
      ...implementationsOf(field).flatMap((one) => [ofField(one), types.get(one.parent.name)]),
      ...requiredBy(field, parent).map(ofField),
    ]);
    known.set(field, needed);
    return needed;
  };
  for (const type of [...supergraph.objectTypes(), ...supergraph.interfaceTypes()])
    for (const field of type.fields()) {
      const needed = ofField(field);
      if (needed) fields.set(`${type.name}.${field.name}`, needed);
    }
  return {
    any: types.size + fields.size > 0,
    ofField: (type, field) => fields.get(`${type}.${field}`),
    ofType: (type) => types.get(type),
  };
}

const appliedTo = (element: NamedType | FieldDefinition<Fields>): Applied[] =>
  (element.appliedDirectives as readonly Directive[]).map((directive) => ({
    name: directive.name,
    arguments: directive.arguments() as Applied['arguments'],
  }));

const namedTypeOf = ({ type }: FieldDefinition<Fields>): string =>
  String(type).replaceAll(/[[\]!]/g, '');

const implementationsOf = ({ name, parent }: FieldDefinition<Fields>) =>
  isInterfaceType(parent)
    ? parent.possibleRuntimeTypes().flatMap((type) => type.field(name) ?? [])
    : [];

/** The fields that a field is made from, in any subgraph that resolves it. */
function requiredBy(field: FieldDefinition<Fields>, parent: Fields): FieldDefinition<Fields>[] {
  return (field.appliedDirectives as readonly Directive[]).flatMap((directive) => {
    if (directive.name !== 'join__field') return [];
    const { requires } = directive.arguments() as { requires?: string };
    if (!requires) return [];
    const [operation] = parse(`{ ${requires} }`).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION
      ? selected(operation.selectionSet, parent)
      : [];
  });
}

/** The fields of a selection, at any depth. */
function selected(set: SelectionSetNode, type: NamedType | undefined): FieldDefinition<Fields>[] {
  if (!type) return [];
  return set.selections.flatMap((node) => {
    if (node.kind === Kind.FRAGMENT_SPREAD) return [];
    if (node.kind === Kind.INLINE_FRAGMENT) {
      const condition = node.typeCondition?.name.value;
      return selected(node.selectionSet, condition ? type.schema().type(condition) : type);
    }
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    const field = type.field(node.name.value) as FieldDefinition<Fields> | undefined;
    if (!field) return [];
    const inner = type.schema().type(namedTypeOf(field));
    return [field, ...(node.selectionSet ? selected(node.selectionSet, inner) : [])];
  });
}
