import {
  type ConstValueNode,
  type DocumentNode,
  type GraphQLSchema,
  Kind,
  valueFromASTUntyped,
} from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import { fragmentsOf, type Measure, measureOf, type Size } from './document-size.ts';
import type { FieldCosts } from './field-cost.ts';
import { weightOfMember } from './json-size.ts';
import { type ListSizes, undeclaredSize, type Variables } from './list-size.ts';
import { overlapsOf } from './overlaps.ts';
import { reachOf } from './reach.ts';

/** What an operation is measured by: one line a limit. */
const measures = {
  depth: { of: 'levels of fields', limit: 'QUERY_MAX_DEPTH' },
  rootFields: { of: 'fields at the top', limit: 'QUERY_MAX_ROOT_FIELDS' },
  rootMutations: { of: 'mutations', limit: 'QUERY_MAX_ROOT_MUTATIONS' },
  aliases: { of: 'aliases', limit: 'QUERY_MAX_ALIASES' },
  directives: { of: 'directives', limit: 'QUERY_MAX_DIRECTIVES' },
  fields: { of: 'fields with all fragments expanded', limit: 'QUERY_MAX_FIELDS' },
  resultFields: {
    of: 'fields of the answer, if every list is as long as it may be',
    limit: 'QUERY_MAX_RESULT_FIELDS',
  },
  overlaps: { of: 'pairs of fields with the same name and place', limit: 'QUERY_MAX_OVERLAPS' },
  reach: { of: 'pairs of fragments of which one leads to the other', limit: 'QUERY_MAX_OVERLAPS' },
} as const;

type Measured = Partial<Record<keyof typeof measures, number>>;
export type QueryLimits = Record<(typeof measures)[keyof typeof measures]['limit'], number>;

/** The schema that documents are weighed by. */
export type Weighing = { schema: GraphQLSchema; listSizes: ListSizes; costs: FieldCosts };

/**
 * Refuses what would cost too much.
 * @returns the weight of the document's largest operation: the fields of its answer when every list
 *   is as long as it may be; one for each element of a list in its variables, and ten for each
 *   member of an object; and, where the document is new, what its validation and its plans cost
 * @throws QUERY_TOO_COMPLEX that names the limit, what was asked and what is allowed
 */
export type CostLimit = (by: Weighing, document: DocumentNode, variables: Variables) => number;

/**
 * Weighs a document before it is validated and planned, both of which take time that grows out of
 * all proportion: a query of 1.4 kB that nests fragments through a cycle of entities would end the
 * process.
 */
export function costLimit(limits: QueryLimits): CostLimit {
  const passed = new WeakMap<DocumentNode, Passed>();
  return (by, document, variables) => {
    const before = passed.get(document);
    const ofVariables = weightOf(variables);
    if (before && isSame(before, by, variables)) return before.weight + ofVariables;
    const used = new Set<string>();
    const all = { ...defaultsOf(document), ...variables };
    const needs = { sizes: by.listSizes, costs: by.costs, variables: all, used };
    const { weight, fields } = weigh(document, measureOf(document, by.schema, needs), limits);
    passed.set(document, { by, used: [...used].map((name) => [name, variables[name]]), weight });
    const ofNew = before?.by.schema === by.schema ? 0 : fields * weightOfNewField;
    return weight + ofVariables + ofNew;
  };
}

/**
 * A field of a document that is new is validated and planned, which takes up to 0.2 ms: as long as
 * to answer some thirty fields. It weighs more than those: while a plan is made, all others wait.
 */
const weightOfNewField = 100;

/**
 * The elements of all lists in variables, and the members of all objects: there may be tens of
 * thousands, each of which is checked here and in a subgraph. Without recursion, for variables may be
 * nested as deeply as a client likes.
 */
function weightOf(variables: Variables): number {
  let weight = 0;
  const left: object[] = [variables];
  for (let next = left.pop(); next; next = left.pop()) {
    const values = Object.values(next);
    weight += Array.isArray(next) ? values.length : values.length * weightOfMember;
    for (const value of values) if (typeof value === 'object' && value !== null) left.push(value);
  }
  return weight;
}

/**
 * A document that has passed: by which schema, and with which values of the variables that lengths
 * depend on.
 */
type Passed = { by: Weighing; used: [name: string, value: unknown][]; weight: number };

const isSame = ({ by, used }: Passed, now: Weighing, variables: Variables): boolean =>
  by.schema === now.schema && used.every(([name, value]) => variables[name] === value);

/**
 * All that is validated is weighed: each operation, any of which may be asked for, and fragments
 * that none uses.
 */
function weigh(document: DocumentNode, measure: Measure, limits: QueryLimits) {
  const fragments = fragmentsOf(document);
  require({ reach: reachOf(fragments, limits.QUERY_MAX_OVERLAPS) }, limits);
  let weight = 0;
  let total = 0;
  for (const definition of document.definitions) {
    if (definition.kind === Kind.OPERATION_DEFINITION) {
      const { operation: kind, selectionSet } = definition;
      const size = measure.operation(kind, selectionSet);
      const rootMutations = kind === 'mutation' ? size.rootFields : 0;
      require({ ...size, rootMutations }, limits);
      weight = Math.max(weight, size.resultFields);
      total += size.fields;
    } else if (definition.kind === Kind.FRAGMENT_DEFINITION) {
      const { depth, fields, aliases, directives }: Size = measure.fragment(definition.name.value);
      require({ depth, fields, aliases, directives }, limits);
      total += fields;
    }
  }
  const overlaps = overlapsOf(document, fragments, limits.QUERY_MAX_OVERLAPS);
  require({ overlaps }, limits);
  return { weight, fields: total };
}

function require(measured: Measured, limits: QueryLimits): void {
  for (const [name, { of, limit }] of Object.entries(measures)) {
    const asked = measured[name as keyof Measured];
    if (asked !== undefined && asked > limits[limit]) throw tooComplex(asked, of, limits[limit]);
  }
}

export const tooComplex = (asked: number | string, of: string, allowed: number) =>
  clientError(
    'QUERY_TOO_COMPLEX',
    `The query is too complex: it has ${typeof asked === 'number' ? inDigits(asked) : asked} ${of}, ${allowed} are allowed.`,
  );

const inDigits = (count: number) => (count > 1e9 ? 'more than 1000000000' : String(count));

/**
 * What variables stand for that are not given; where operations of one document differ, the
 * largest. An operation that has no default for a variable of another has what nobody declares.
 */
function defaultsOf(document: DocumentNode): Record<string, unknown> {
  const given = document.definitions
    .flatMap((node) => (node.kind === Kind.OPERATION_DEFINITION ? node.variableDefinitions : []))
    .filter((one) => one !== undefined);
  const defaults: Record<string, unknown> = Object.create(null);
  for (const { variable, defaultValue } of given)
    if (defaultValue) addDefault(defaults, variable.name.value, defaultValue);
  for (const { variable, defaultValue } of given) {
    const name = variable.name.value;
    if (!defaultValue && name in defaults) defaults[name] = withNone(defaults[name]);
  }
  return defaults;
}

function addDefault(defaults: Record<string, unknown>, name: string, node: ConstValueNode): void {
  const value = node.kind === Kind.INT ? Number(node.value) : valueFromASTUntyped(node);
  const before = defaults[name];
  if (before === undefined || before === null) defaults[name] = value;
  else if (typeof value === 'number' && typeof before === 'number')
    defaults[name] = Math.max(value, before);
  // Of several texts none is the largest: then a list counts with all it may have.
  else if (typeof value === 'string') defaults[name] = '';
}

const withNone = (value: unknown): unknown =>
  typeof value === 'number' ? Math.max(value, undeclaredSize) : '';
