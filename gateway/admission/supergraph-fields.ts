import {
  type FieldDefinition,
  type InterfaceType,
  isInterfaceType,
  type ObjectType,
  type Schema,
} from '@apollo/federation-internals';

/** A field of a supergraph, with the directives that say how subgraphs resolve it. */
export type Field = FieldDefinition<ObjectType | InterfaceType>;

export const fieldsOf = (supergraph: Schema): Field[] =>
  [...supergraph.objectTypes(), ...supergraph.interfaceTypes()].flatMap(
    (type) => type.fields() as readonly Field[],
  );

/** The type of a field's value, or of each in its lists. */
export const namedTypeOf = ({ type }: Field): string => String(type).replaceAll(/[[\]!]/g, '');

/** A field of an interface may be that of any of its types. */
export const implementationsOf = ({ name, parent }: Field): Field[] =>
  isInterfaceType(parent)
    ? parent.possibleRuntimeTypes().flatMap((type) => (type.field(name) as Field) ?? [])
    : [];

/** What `@join__field` says of a field, of each subgraph that has it. */
export type Join = {
  graph?: string;
  requires?: string;
  contextArguments?: unknown[];
  overrideLabel?: string;
};

export const joinsOf = (field: Field): Join[] =>
  field.appliedDirectivesOf('join__field').map((one) => one.arguments() as Join);
