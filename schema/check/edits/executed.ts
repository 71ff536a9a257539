import { expect, test } from '@jest/globals';
import { type DocumentNode, type GraphQLSchema, parse, print, printSchema } from 'graphql';
import { persistedText } from '../../persisted-queries.ts';
import { readRegistry } from '../../registry.ts';
import { contractOf } from '../contract.ts';
import { changesBetween } from '../diff/schema.ts';
import { errorsOf } from '../valid.ts';
import { everythingAsked } from './asked.ts';
import {
  baseContract,
  baseFiles,
  composed,
  edited,
  edits,
  registryOf,
  subgraphsOf,
} from './edits.ts';
import { answer, isExpected, variablesFor } from './world.ts';

/*
 * The verdicts of the table are compared with what happens: operations of the old schema are
 * executed by the new one, over generated data and variables. A change called safe breaks none of
 * them; one called breaking breaks one.
 */
const before = baseContract.api;
const registered = readRegistry(registryOf(baseFiles)).operations.filter(({ asked }) => !asked);
const operations = [...registered, ...everythingAsked(before)].map((operation) => ({
  ...operation,
  document: parse(persistedText(operation.document)),
}));

const seeds = Array.from({ length: 25 }, (_, seed) => seed);

/**
 * Requests that the old schema answers, which is not so where a variable that may be null stands
 * for what may not be.
 */
const requests = operations.map((operation) => ({
  operation,
  given: seeds.flatMap((seed) => {
    const variables = variablesFor(before, operation.document, seed);
    return answer(before, operation.document, variables, seed).errors ? [] : [{ seed, variables }];
  }),
}));
type Request = (typeof requests)[number];

/**
 * How an operation fails at a schema that its client does not know; undefined where it does not.
 */
function failure({ operation, given }: Request, after: GraphQLSchema): string | undefined {
  const [error] = errorsOf(operation, after);
  if (error) return error.message;
  const { document } = operation;
  for (const { seed, variables } of given) {
    const result = answer(after, document, variables, seed);
    if (!isExpected(before, document, variables, result)) return unexpected(document, result, seed);
  }
  return undefined;
}

const unexpected = (
  document: DocumentNode,
  { errors, data }: ReturnType<typeof answer>,
  seed: number,
) => `seed ${seed}: ${errors?.[0]?.message ?? JSON.stringify(data)} for ${print(document)}`;

const failures = new Map<string, string | undefined>();

/**
 * The first operation that fails, and how. Many edits change nothing of what is executed, so each
 * schema is tried once.
 */
function firstFailure(after: GraphQLSchema): string | undefined {
  const text = printSchema(after);
  if (!failures.has(text)) failures.set(text, failureBy(after));
  return failures.get(text);
}

function failureBy(after: GraphQLSchema): string | undefined {
  for (const request of requests) {
    const found = failure(request, after);
    if (found) return `${request.operation.name}: ${found}`;
  }
  return undefined;
}

/**
 * Breaking by the specification, and for code that is generated from the types; what is sent and
 * answered stays alike.
 */
const brokenByTypesAlone: Record<string, string> = {
  'A field changes its scalar': 'Every Int is written as a Float.',
  'A scalar field becomes a text': 'A value of the scalar is written as a text.',
  'A field becomes an enum': 'A value of an enum is written as a text.',
  'A scalar becomes an enum': 'A value of an enum is written as a text.',
  'A field of an interface can now be null, in the interface alone': 'No type answers null yet.',
  'An interface that is reached only through its types lets a field be null':
    'No type answers null yet.',
  'A field of an input becomes a list':
    'One value counts as a list of one, unless a variable is that value.',
  'A union becomes an interface': 'The fragments within it stay valid.',
};

/** The API after each edit that composes. */
const changed = edits.flatMap((edit): [string, GraphQLSchema][] => {
  const { supergraph } = composed(subgraphsOf(edited(edit)));
  return supergraph ? [[edit.title, contractOf(supergraph).api]] : [];
});

/** What each edit breaks of what is executed. */
export function executed(): void {
  test('what has not changed breaks no operation, and every operation is tried', () => {
    expect(requests.filter(({ given }) => given.length < 5)).toEqual([]);
    expect(firstFailure(before)).toBeUndefined();
  });

  test.each(changed)('%s', (title, after) => {
    const impacts = new Set(changesBetween(before, after).map(({ impact }) => impact));
    if (impacts.has('breaking')) {
      if (!(title in brokenByTypesAlone)) expect(firstFailure(after)).toBeDefined();
    } else if (!impacts.has('dangerous')) expect(firstFailure(after)).toBeUndefined();
  });
}
