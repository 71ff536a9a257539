import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { Kind } from 'graphql';
import { contractOf } from './check/contract.ts';
import { readOperationFiles, readOperations } from './operations.ts';
import { persistedQueryManifest } from './persisted-queries.ts';
import { projectFile, supergraphFile } from './subgraphs.ts';

const page = {
  file: 'page.graphql',
  text: 'query Page { homestay(id: "1") { id price { ...Amount } ...Card } }',
};
const card = {
  file: 'card.graphql',
  text: 'fragment Card on Homestay { title marketPrice { ...Amount } }',
};
const amount = { file: 'amount.graphql', text: 'fragment Amount on Money { amount }' };

const manifestOf = (...files: { file: string; text: string }[]) =>
  JSON.parse(persistedQueryManifest(readOperations(files).operations));

test('an operation brings the fragments it reaches, each once, and no others', () => {
  const other = { file: 'other.graphql', text: 'fragment Other on Homestay { id }' };
  const { operations, errors } = readOperations([other, page, card, amount]);
  expect(errors).toEqual([]);
  const names = operations[0]?.document.definitions.map(
    (node) => 'name' in node && node.name?.value,
  );
  expect(names).toEqual(['Page', 'Amount', 'Card']);
});

test('the manifest asks for __typename wherever Apollo Client does, and an id is the hash of its text', () => {
  const [{ id, name, type, body }] = manifestOf(page, card, amount).operations;
  expect({ name, type }).toEqual({ name: 'Page', type: 'query' });
  expect(id).toBe(createHash('sha256').update(body).digest('hex'));
  expect(body.replaceAll(/\s+/g, ' ')).toBe(
    'query Page { homestay(id: "1") { id price { ...Amount __typename } ...Card __typename } } ' +
      'fragment Amount on Money { amount __typename } ' +
      'fragment Card on Homestay { title marketPrice { ...Amount __typename } __typename }',
  );
});

test('an id is the one that @apollo/generate-persisted-query-manifest 1.4.0 gives the same text', () => {
  const text =
    'query Title($id: ID!) { homestay(id: $id) { ...T comments { nodes { id __typename } } } } fragment T on Homestay { title }';
  const [{ id }] = manifestOf({ file: 'one.graphql', text }).operations;
  expect(id).toBe('47589e5e9a84e6d00de75145975d23f1f7230916dee96855d5dbee616d2c7414');
});

test('two operations in a file, one without a name, and a name used twice are told by their places', () => {
  const errorsOf = (...files: { file: string; text: string }[]) =>
    readOperations(files).errors.map((error) => `${error.source?.name}: ${error.message}`);
  const two = { file: 'two.graphql', text: 'query A { a } query B { b }' };
  expect(errorsOf(two)).toEqual(['two.graphql: Give each operation a file of its own.']);
  expect(errorsOf({ file: 'nameless.graphql', text: '{ a }' })[0]).toContain(
    'nameless.graphql: Only named operations',
  );
  expect(errorsOf(amount, { ...amount, file: 'again.graphql' })).toEqual([
    'again.graphql: The name Amount is used twice.',
  ]);
});

test('whatever clients can ask is asked by a registered operation, so that a change to it is noticed', () => {
  const { operations } = readOperations(readOperationFiles());
  const asked = operations.flatMap(({ document: { definitions } }) =>
    definitions.flatMap((node) =>
      node.kind === Kind.OPERATION_DEFINITION ? node.selectionSet.selections : [],
    ),
  );
  const names = new Set(asked.map((field) => field.kind === Kind.FIELD && field.name.value));
  const { api } = contractOf(readFileSync(projectFile(supergraphFile), 'utf8'));
  const roots = [api.getQueryType(), api.getMutationType(), api.getSubscriptionType()];
  const fields = roots.flatMap((type) => Object.keys(type?.getFields() ?? {}));
  expect(fields.filter((field) => !names.has(field))).toEqual([]);
});

test('every registered operation is sent by one of our pages, or its file says that none does', () => {
  const { operations } = readOperations(readOperationFiles());
  const web = projectFile('web');
  const pages = readdirSync(web, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('generated.ts'))
    .map((file) => readFileSync(projectFile(`web/${file}`), 'utf8'))
    .join('\n');
  const unsent = operations.filter(({ name }) => !new RegExp(`\\b${name}\\b`).test(pages));
  const ofOthers = readOperationFiles().filter(({ text }) =>
    text.includes('\n# No page of ours sends it: other apps may.\n'),
  );
  expect(unsent.map(({ file }) => file).sort()).toEqual(ofOthers.map(({ file }) => file).sort());
});
