import {
  type ConstDirectiveNode,
  type DocumentNode,
  type FieldNode,
  type GraphQLOutputType,
  type GraphQLSchema,
  getNullableType,
  type InterfaceTypeDefinitionNode,
  isInterfaceType,
  isListType,
  isUnionType,
  Kind,
  type ObjectTypeDefinitionNode,
  parse,
  TypeInfo,
  visit,
  visitWithTypeInfo,
} from 'graphql';

/** What federation has to do more than to ask one subgraph for fields of objects. */
export const features = [
  'a field of an interface',
  'a fragment of a union',
  'a list in a list',
  '@interfaceObject',
  '@requires',
  '@provides',
  '@override',
  'a mutation',
] as const;
export type Feature = (typeof features)[number];

/**
 * Tells of operations which features of federation they ask for.
 * @param sdl the supergraph, whose `join__` directives say what the subgraphs declare
 */
export function featuresAsked(
  schema: GraphQLSchema,
  sdl: string,
): (document: DocumentNode) => Set<Feature> {
  const declared = joinsOf(sdl);
  return (document) => {
    const found = new Set<Feature>();
    const info = new TypeInfo(schema);
    visit(
      document,
      visitWithTypeInfo(info, {
        OperationDefinition({ operation }) {
          if (operation === 'mutation') found.add('a mutation');
        },
        Field(node) {
          const parent = info.getParentType();
          if (isInterfaceType(parent)) found.add('a field of an interface');
          if (isListInList(info.getFieldDef()?.type)) found.add('a list in a list');
          const joins = declared.get(`${parent}.${node.name.value}`);
          for (const feature of joins?.features ?? []) found.add(feature);
          if (joins?.provided.some((name) => isFieldIn(node, name))) found.add('@provides');
        },
        SelectionSet({ selections }) {
          if (
            isUnionType(info.getParentType()) &&
            selections.some(({ kind }) => kind === Kind.INLINE_FRAGMENT)
          )
            found.add('a fragment of a union');
        },
      }),
    );
    return found;
  };
}

function isListInList(type: GraphQLOutputType | undefined): boolean {
  const list = getNullableType(type);
  return isListType(list) && isListType(getNullableType(list.ofType));
}

const isFieldIn = ({ selectionSet }: FieldNode, name: string): boolean =>
  selectionSet?.selections.some((each) => each.kind === Kind.FIELD && each.name.value === name) ===
  true;

type Joined = { features: Feature[]; provided: string[] };
type TypeWithFields = ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode;

/** What `@join__field` says of each field, by its coordinate. */
function joinsOf(sdl: string): Map<string, Joined> {
  const types = parse(sdl).definitions.filter(
    (each): each is TypeWithFields =>
      each.kind === Kind.OBJECT_TYPE_DEFINITION || each.kind === Kind.INTERFACE_TYPE_DEFINITION,
  );
  const found = new Map<string, Joined>();
  for (const type of types)
    for (const { name, directives = [] } of type.fields ?? [])
      found.set(
        `${type.name.value}.${name.value}`,
        joinedBy(directives.filter(isNamed('join__field')), interfaceObjectsOf(type)),
      );
  // What an interface object adds to an interface, its types have too.
  for (const { name, fields = [], interfaces = [] } of types)
    for (const { name: field } of fields)
      for (const { name: above } of interfaces)
        found
          .get(`${name.value}.${field.value}`)
          ?.features.push(...(found.get(`${above.value}.${field.value}`)?.features ?? []));
  return found;
}

const isNamed =
  (name: string) =>
  (directive: ConstDirectiveNode): boolean =>
    directive.name.value === name;

/** The subgraphs in which an interface is an object. */
const interfaceObjectsOf = ({ directives = [] }: TypeWithFields): unknown[] =>
  directives
    .filter((join) => isNamed('join__type')(join) && given(join, 'isInterfaceObject') === true)
    .map((join) => given(join, 'graph'));

function joinedBy(joins: ConstDirectiveNode[], interfaceObjects: unknown[]): Joined {
  const some = (holds: (join: ConstDirectiveNode) => boolean, feature: Feature): Feature[] =>
    joins.some(holds) ? [feature] : [];
  return {
    features: [
      ...some((join) => given(join, 'requires') !== undefined, '@requires'),
      ...some((join) => given(join, 'override') !== undefined, '@override'),
      ...some((join) => interfaceObjects.includes(given(join, 'graph')), '@interfaceObject'),
    ],
    provided: joins.flatMap((join) => String(given(join, 'provides') ?? '').match(/\w+/g) ?? []),
  };
}

function given({ arguments: args = [] }: ConstDirectiveNode, name: string): unknown {
  const value = args.find((each) => each.name.value === name)?.value;
  return value && 'value' in value ? value.value : undefined;
}
