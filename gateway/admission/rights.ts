import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getNamedType,
  getOperationAST,
  isInterfaceType,
  isObjectType,
  Kind,
  type OperationDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { isMet, type Requirement } from '../../runtime/access.ts';
import type { Caller } from '../../runtime/caller.ts';
import { fragmentsOf } from './document-size.ts';
import type { Requirements } from './requirements.ts';

/**
 * A place in the answer that its caller may not see: a field of the objects at a path, or the
 * objects themselves.
 */
export type MaskedPlace = {
  path: readonly { type: string; name: string }[];
  type: string;
  /** Under which name the field would stand; undefined where a fragment on a type is left out. */
  name: string | undefined;
  /** Whether it is told of already, as a field of a fragment that is left out. */
  isTold: boolean;
  /** The `@skip` and `@include` on the way. */
  conditions: readonly Condition[];
};
export type Condition = { wanted: boolean; value: boolean | { variable: string } };

/** What was taken out of a document. */
export type Masked = {
  original: DocumentNode;
  places: readonly MaskedPlace[];
  /** Whether nobody has signed in who asks. */
  isNobody: boolean;
};

const maskedParts = new WeakMap<DocumentNode, Masked>();

/**
 * What was taken out of a document before it was planned; undefined where it is as its client sent
 * it.
 */
export const maskedPartsOf = (document: DocumentNode): Masked | undefined =>
  maskedParts.get(document);

/** What rights are judged by. */
export type RightsBy = { schema: GraphQLSchema; requirements: Requirements };

/**
 * Takes out of an operation what its caller may not see.
 * @returns the same document where that is nothing, and the same one again for callers with the
 *   same rights
 */
export type MaskDocument = (
  by: RightsBy,
  document: DocumentNode,
  operationName: string | undefined,
  caller: Caller,
) => DocumentNode;

type Known = { by: RightsBy; needed: readonly Requirement[]; made: Map<string, DocumentNode> };

export function documentMask(): MaskDocument {
  const known = new WeakMap<DocumentNode, Map<string | undefined, Known>>();

  const lookUp = (by: RightsBy, document: DocumentNode, name: string | undefined): Known => {
    const ofDocument = known.get(document) ?? new Map<string | undefined, Known>();
    known.set(document, ofDocument);
    const before = ofDocument.get(name);
    if (before?.by.requirements === by.requirements) return before;
    const needed = walk(by, document, name, () => true).needed;
    const now = { by, needed, made: new Map<string, DocumentNode>() };
    ofDocument.set(name, now);
    return now;
  };

  return (by, document, operationName, caller) => {
    if (!by.requirements.any) return document;
    const { needed, made } = lookUp(by, document, operationName);
    const met = needed.map((requirement) => isMet(requirement, caller));
    if (met.every(Boolean)) return document;
    const isNobody = caller.userId === undefined;
    const key = [isNobody, ...met].join();
    const before = made.get(key);
    if (before) return before;
    const allowed = (requirement: Requirement | undefined) =>
      requirement === undefined || isMet(requirement, caller);
    const masked = without(by, document, operationName, allowed);
    const { places } = walk(by, document, operationName, allowed);
    maskedParts.set(masked, { original: document, places, isNobody });
    made.set(key, masked);
    return masked;
  };
}

type Allowed = (requirement: Requirement | undefined) => boolean;

/**
 * Walks an operation, fragments expanded: what it needs, and where what is not allowed would stand.
 */
function walk(
  { schema, requirements }: RightsBy,
  document: DocumentNode,
  operationName: string | undefined,
  allowed: Allowed,
) {
  const fragments = fragmentsOf(document);
  const needed = new Set<Requirement>();
  const places: MaskedPlace[] = [];
  type At = Omit<MaskedPlace, 'name'>;

  const passes = (requirement: Requirement | undefined, place: MaskedPlace): boolean => {
    if (requirement) needed.add(requirement);
    if (allowed(requirement)) return true;
    places.push(place);
    return false;
  };

  const selections = (set: SelectionSetNode, at: At): void => {
    for (const node of set.selections) {
      const conditions = [...at.conditions, ...conditionsOf(node)];
      if (node.kind === Kind.FIELD) field(node, { ...at, conditions });
      else fragment(node, { ...at, conditions });
    }
  };

  const field = (node: FieldNode, at: At): void => {
    const name = node.alias?.value ?? node.name.value;
    // The name of a type is no secret.
    if (at.isTold && node.name.value !== '__typename') places.push({ ...at, name });
    if (at.isTold) return;
    const requirement = requirements.ofField(at.type, node.name.value);
    if (!passes(requirement, { ...at, name }) || !node.selectionSet) return;
    const path = [...at.path, { type: at.type, name }];
    const type = typeOfField(schema, at.type, node.name.value);
    if (type) selections(node.selectionSet, { ...at, path, type });
  };

  const fragment = (node: Exclude<SelectionNode, FieldNode>, at: At): void => {
    const named = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
    if (!named) return;
    const type = named.typeCondition?.name.value ?? at.type;
    const isTold =
      at.isTold || !passes(requirements.ofType(type), { ...at, type, name: undefined });
    // A plan may fetch fields of a fragment that is left out, such as a key.
    selections(named.selectionSet, { ...at, type, isTold });
  };

  const operation = getOperationAST(document, operationName);
  const type = operation && schema.getRootType(operation.operation)?.name;
  if (operation && type)
    selections(operation.selectionSet, { path: [], type, conditions: [], isTold: false });
  return { needed: [...needed], places };
}

function conditionsOf({ directives = [] }: SelectionNode): Condition[] {
  return directives.flatMap(({ name, arguments: given }): Condition[] => {
    const value = given?.[0]?.value;
    const wanted = name.value === 'include';
    if (!value || (!wanted && name.value !== 'skip')) return [];
    if (value.kind === Kind.BOOLEAN) return [{ wanted, value: value.value }];
    return value.kind === Kind.VARIABLE ? [{ wanted, value: { variable: value.name.value } }] : [];
  });
}

type Without = RightsBy & {
  allowed: Allowed;
  fragments: ReadonlyMap<string, FragmentDefinitionNode>;
};

/** The operation alone, with its fragments, and without what is not allowed. */
function without(
  by: RightsBy,
  document: DocumentNode,
  operationName: string | undefined,
  allowed: Allowed,
): DocumentNode {
  const fragments = fragmentsOf(document);
  const needs = { ...by, allowed, fragments };
  const operation = getOperationAST(document, operationName) as OperationDefinitionNode;
  const root = by.schema.getRootType(operation.operation)?.name ?? '';
  return {
    kind: Kind.DOCUMENT,
    definitions: [
      shortened(needs, operation, root),
      ...Array.from(fragments.values(), (fragment) =>
        shortened(needs, fragment, fragment.typeCondition.name.value),
      ),
    ],
  };
}

/**
 * A node with what is allowed of its selections, or with the name of its type where that is
 * nothing.
 */
function shortened<Node extends { selectionSet?: SelectionSetNode | undefined }>(
  needs: Without,
  node: Node,
  type: string,
): Node {
  const kept = (node.selectionSet?.selections ?? []).flatMap((one) => keptOf(needs, one, type));
  const selections = kept.length > 0 ? kept : [typename];
  return { ...node, selectionSet: { kind: Kind.SELECTION_SET, selections } };
}

function keptOf(needs: Without, node: SelectionNode, type: string): SelectionNode[] {
  const { schema, requirements, allowed, fragments } = needs;
  if (node.kind === Kind.FIELD) {
    if (!allowed(requirements.ofField(type, node.name.value))) return [];
    const inner = typeOfField(schema, type, node.name.value);
    return [node.selectionSet && inner ? shortened(needs, node, inner) : node];
  }
  const named = node.kind === Kind.FRAGMENT_SPREAD ? fragments.get(node.name.value) : node;
  const condition = named?.typeCondition?.name.value ?? type;
  if (!named || !allowed(requirements.ofType(condition))) return [];
  return [node.kind === Kind.INLINE_FRAGMENT ? shortened(needs, node, condition) : node];
}

const typename: FieldNode = { kind: Kind.FIELD, name: { kind: Kind.NAME, value: '__typename' } };

function typeOfField(schema: GraphQLSchema, type: string, field: string): string | undefined {
  const parent = schema.getType(type);
  if (!isObjectType(parent) && !isInterfaceType(parent)) return undefined;
  const definition = parent.getFields()[field];
  return definition && getNamedType(definition.type).name;
}
