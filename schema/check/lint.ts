import { Kind, print, type TypeNode } from 'graphql';
import { argumentOf, namedTypeOf, nameOf, parentOf } from './coordinates.ts';
import { isFederationName } from './diff/supergraph-elements.ts';
import type { Definition, Elements } from './elements.ts';
import type { Finding } from './report.ts';

/** An element of the schema with all its definitions, of which there is at least one. */
type Element = {
  at: string;
  name: string;
  first: Definition;
  definitions: readonly Definition[];
  elements: Elements;
};

type Rule = {
  what: string;
  why: string;
  /** What to do where the rule is not kept. */
  advice: string;
  /**
   * What is wrong with an element, in words; undefined where the rule is kept or does not apply.
   */
  check: (element: Element) => string | undefined | false;
};

const typeKinds = ['object', 'interface', 'union', 'enum', 'input', 'scalar'];
const pascalCase = /^[A-Z][A-Za-z0-9]*$/;
const camelCase = /^[a-z][A-Za-z0-9]*$/;
const screamingCase = /^[A-Z][A-Z0-9]*(_[A-Z0-9]+)*$/;
const date = /\b\d{4}-\d{2}-\d{2}\b/;

/** The rules of the schema's style, by the name under which they are reported. */
export const rules: Record<string, Rule> = {
  described: {
    what: 'An element has no description.',
    why: 'The descriptions are the manual of the API: GraphiQL and editors show them.',
    advice: 'Say in business words what it is; the descriptions are the API manual.',
    check: ({ at, definitions }) =>
      definitions.every(({ described }) => !described) && `${at} has no description.`,
  },
  'type-name': {
    what: 'The name of a type is not in PascalCase.',
    why: 'One style lets a reader tell types, fields and values apart at a glance.',
    advice: 'Write the names of types in PascalCase.',
    check: ({ at, first }) =>
      typeKinds.includes(first.kind) &&
      !pascalCase.test(at) &&
      // The name of a directive's own type begins with the directive's.
      !isFederationName(at) &&
      `${at} is not PascalCase.`,
  },
  'field-name': {
    what: 'The name of a field or an argument is not in camelCase.',
    why: 'One style lets a reader tell types, fields and values apart at a glance.',
    advice: 'Write the names of fields and arguments in camelCase.',
    check: ({ at, name, first }) =>
      ['field', 'argument', 'input field'].includes(first.kind) &&
      !camelCase.test(name) &&
      `${at} is not camelCase.`,
  },
  'input-name': {
    what: 'The name of an input does not say that it is one.',
    why: 'Inputs and the types that they describe are often called alike.',
    advice: 'Let the name of an input end in Input, or in Filter where it narrows a list.',
    check: ({ at, first }) =>
      first.kind === 'input' && !/(Input|Filter)$/.test(at) && `The input ${at} does not say so.`,
  },
  'enum-name': {
    what: 'The name of an enum says only that it is an enum.',
    why: 'A name is read where it is used, and there it should say what is meant.',
    advice: 'Name an enum after what it says of a thing: OrderState.',
    check: ({ at, first }) =>
      first.kind === 'enum' && /Enums?$/.test(at) && `The name ${at} says only that it is an enum.`,
  },
  'enum-value': {
    what: 'A value of an enum is not in SCREAMING_SNAKE_CASE.',
    why: 'One style lets a reader tell types, fields and values apart at a glance.',
    advice: 'Write enum values in SCREAMING_SNAKE_CASE.',
    check: ({ at, name, first }) =>
      first.kind === 'value' && !screamingCase.test(name) && `${at} is not SCREAMING_SNAKE_CASE.`,
  },
  'deprecation-reason': {
    what: 'Something is deprecated without a reason or without the date on which it goes.',
    why: 'Who uses it must know what to use instead, and until when there is time; the check reads the date.',
    advice:
      'Write `@deprecated(reason: "Use X. Goes on 2027-06-30.")`: what to use instead, and until when it stays.',
    check: ({ at, definitions }) => {
      const reasons = definitions.flatMap(deprecationReasons);
      if (reasons.some((reason) => !reason)) return `${at} is deprecated without a reason.`;
      return (
        reasons.some((reason) => !date.test(reason)) &&
        `${at} is deprecated without the date on which it goes.`
      );
    },
  },
  'root-nullable': {
    what: 'A field of Query or Mutation must not be null.',
    why: 'If it fails, nothing of its operation is answered.',
    advice:
      'Let it be null where it fails, so that the other fields of the operation are answered.',
    check: ({ at, first }) =>
      /^(Query|Mutation)\.\w+$/.test(at) &&
      isNonNull(first) &&
      !has(first, 'inaccessible') &&
      `${at} must not be null: if it fails, nothing of its operation is answered.`,
  },
  'mutation-input': {
    what: 'A mutation takes something else than one `input`.',
    why: 'A client keeps one object for each form, and a refusal names the field to blame by one path.',
    advice: 'Let the mutation take one argument, `input`, of an input of its own.',
    check: ({ at, name, first, elements }) =>
      first.kind === 'argument' &&
      /^Mutation\./.test(at) &&
      name !== 'input' &&
      !elements.get(parentOf(at) ?? '')?.some((field) => has(field, 'inaccessible')) &&
      `${at} is not \`input\`.`,
  },
  'query-list': {
    what: 'A query gives a list whose elements may be null.',
    why: 'A client then needs to look for null at each of them.',
    advice:
      'Give back a list whose elements are never null (`[X!]`), or a connection where it can grow.',
    check: ({ at, first: { type } }) =>
      /^Query\.\w+$/.test(at) &&
      type?.kind === Kind.LIST_TYPE &&
      type.type.kind !== Kind.NON_NULL_TYPE &&
      `${at} is a list whose elements may be null.`,
  },
  'away-nullable': {
    what: 'A field that another subgraph answers must not be null.',
    why: 'While that subgraph is away, the null takes the rest of the page with it.',
    advice:
      'Let it be null while the subgraph that answers it is away, so that the rest of the page is there.',
    check: ({ at, first, definitions, elements }) => {
      if (first.kind !== 'field' || !isNonNull(first) || isHidden(first)) return undefined;
      const home = homeOf(elements.get(parentOf(at) ?? ''));
      const owners = definitions.filter((definition) => !has(definition, 'external'));
      if (home && owners.every(({ subgraph }) => subgraph !== home))
        return `${at} must not be null, but another subgraph than the type's own (${home}) answers it.`;
      const target = homeOf(elements.get(namedType(first.type)));
      return (
        target &&
        owners.every(({ subgraph }) => subgraph !== target) &&
        `${at} must not be null, but the subgraph ${target} answers what it gives.`
      );
    },
  },
  'node-known': {
    what: 'The subgraph that answers `Query.node` does not know a type that implements Node.',
    why: 'A client that holds such a thing cannot read it again by its id.',
    advice:
      'Add `type X implements Node @key(fields: "id", resolvable: false) { id: ID! }` to the subgraph that answers `Query.node`.',
    check: ({ at, first, definitions, elements }) => {
      const answers = elements.get('Query.node')?.[0]?.subgraph;
      const asNodes = definitions.filter(({ interfaces }) => interfaces.includes('Node'));
      return (
        first.kind === 'object' &&
        answers &&
        asNodes.length > 0 &&
        asNodes.every(({ subgraph }) => subgraph !== answers) &&
        `${at} implements Node, and ${answers}, which answers Query.node, does not know it.`
      );
    },
  },
  'connection-shape': {
    what: 'A connection or an edge lacks what the connection specification asks for.',
    why: 'Relay and the caches of other clients page by these fields.',
    advice:
      'Give a connection `edges: [XEdge!]!` and `pageInfo: PageInfo!`, and its edge `cursor: String!` and `node`.',
    check: ({ at, first, elements }) => {
      if (first.kind !== 'object') return undefined;
      const type = (field: string) => written(elements.get(`${at}.${field}`)?.[0]?.type);
      const noun = at.replace(/(Connection|Edge)$/, '');
      if (
        at.endsWith('Connection') &&
        (type('edges') !== `[${noun}Edge!]!` || type('pageInfo') !== 'PageInfo!')
      )
        return `${at} lacks \`edges: [${noun}Edge!]!\` or \`pageInfo: PageInfo!\`.`;
      if (at.endsWith('Edge') && (type('cursor') !== 'String!' || !type('node')))
        return `${at} lacks \`cursor: String!\` or \`node\`.`;
      return undefined;
    },
  },
  'connection-arguments': {
    what: 'A field gives a connection and takes no `first` and `after`.',
    why: 'Without them nobody can ask for the next page.',
    advice: 'Let a field that gives a connection take `first` and `after`.',
    check: ({ at, first, elements }) =>
      first.kind === 'field' &&
      /Connection!?$/.test(written(first.type)) &&
      !(elements.has(argumentOf(at, 'first')) && elements.has(argumentOf(at, 'after'))) &&
      `${at} gives a connection but takes no \`first\` and \`after\`.`,
  },
};

const written = (type: TypeNode | undefined): string => (type ? print(type) : '');

const isNonNull = ({ type }: Definition): boolean => type?.kind === Kind.NON_NULL_TYPE;
const has = ({ directives }: Definition, name: string): boolean =>
  directives.some((directive) => directive.name.value === name);
/** Only services ask for it, or it comes with the request. */
const isHidden = (field: Definition): boolean =>
  has(field, 'inaccessible') || has(field, 'external');

const namedType = (type: TypeNode | undefined): string => (type ? namedTypeOf(type) : '');

/**
 * The subgraph to which an entity of several subgraphs belongs: the one that describes it. The
 * others only refer to it, or add fields of their own.
 */
function homeOf(definitions: readonly Definition[] | undefined): string | undefined {
  const entity = definitions?.some((definition) => has(definition, 'key'));
  return entity ? definitions?.find(({ described }) => described)?.subgraph : undefined;
}

/** The reasons for which a definition is deprecated. */
export const deprecationReasons = ({ directives }: Definition): string[] =>
  directives
    .filter(({ name }) => name.value === 'deprecated')
    .map(({ arguments: [reason] = [] }) =>
      reason?.value.kind === Kind.STRING ? reason.value.value.trim() : '',
    );

/** Finds elements that do not follow the rules of style. */
export const lint = (elements: Elements): Finding[] =>
  [...elements].flatMap(([at, definitions]) => {
    const [first] = definitions;
    if (!first) return [];
    const element: Element = { at, name: nameOf(at), first, definitions, elements };
    return Object.entries(rules).flatMap(([rule, { advice, check }]): Finding[] => {
      const message = check(element);
      return message
        ? [{ check: 'lint', severity: 'error', rule, at, message, advice, places: [first.place] }]
        : [];
    });
  });
