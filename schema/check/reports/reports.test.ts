import { expect, test } from '@jest/globals';
import { readText } from '../../subgraphs.ts';
import { checkEdit, type Edit, edits } from '../edits/edits.ts';
import { ruleNames } from '../explain.ts';
import type { Report } from '../report.ts';
import { changelogWith } from './changelog.ts';
import { githubAnnotations } from './github.ts';
import { inRepository } from './in-repository.ts';
import { jsonReport, reportSchemaFile } from './json.ts';
import { markdownReport } from './markdown.ts';
import { reportSchema, reportShape } from './report-shape.ts';
import { sarifReport } from './sarif.ts';
import { textReport } from './text.ts';

/**
 * An edit for each kind of place: of what is there, what is gone, what is gone whole, and what is
 * only an operation's.
 */
const shown = [
  'A field that an operation asks for in a fragment is removed',
  'A union is removed with the field that gave it',
  'The last subscription is removed',
  'A directive is removed',
  'A type that only services see is removed',
  'An operation is removed',
  'A release of a client cannot be read',
  'A slip of the pen',
  'A field needs a caller who is signed in',
].map((title) => edits.find((edit) => edit.title === title) as Edit);

const reportOf = (title: string): Promise<Report> =>
  checkEdit(edits.find((edit) => edit.title === title) as Edit);

test.each(
  shown,
)('JSON keeps its form, and SARIF has what GitHub asks for: $title', async (edit) => {
  const report = await checkEdit(edit);
  reportShape.parse(JSON.parse(jsonReport(report)));
  const [run] = JSON.parse(sarifReport(report)).runs;
  const { rules } = run.tool.driver;
  const wrong = report.findings.filter(({ severity }) => severity !== 'note');
  expect(run.results).toHaveLength(wrong.length);
  for (const { locations, partialFingerprints, ruleId, ruleIndex, level } of run.results) {
    expect(locations).toHaveLength(1);
    expect(locations[0].physicalLocation.artifactLocation.uri).not.toBe('');
    expect(Object.values(partialFingerprints)).toHaveLength(1);
    expect(rules[ruleIndex].id).toBe(ruleId);
    expect(['error', 'warning']).toContain(level);
  }
  const prints = run.results.map((one: { partialFingerprints: object }) =>
    JSON.stringify(one.partialFingerprints),
  );
  expect(new Set(prints).size).toBe(prints.length);
  for (const { help, shortDescription } of rules) {
    expect(help.text).toContain('--explain');
    expect(shortDescription.text).not.toBe('');
  }
});

test('the published JSON Schema is that of the form', () => {
  expect(readText(reportSchemaFile)).toBe(reportSchema());
});

test('where the project is a folder of its repository, files are named from its root', async () => {
  const report = inRepository(await reportOf(shown[0]?.title ?? ''), 'backend/');
  const [{ places, operations = [] }] = report.findings.filter(
    ({ rule }) => rule === 'FIELD_REMOVED',
  ) as [Report['findings'][number]];
  expect(places[0]?.file).toBe('backend/stays.graphql');
  expect(operations[0]?.file).toBe('backend/schema/operations/card.graphql');
});

const removed = async (): Promise<Report> => ({
  ...(await reportOf('A field that an operation asks for in a fragment is removed')),
  durationMs: 100,
});

test('Markdown says what breaks, whom, and what to do, and holds the entry that accepts it', async () => {
  const report = await removed();
  const findings = report.findings.filter(({ check }) => check === 'api');
  expect(markdownReport({ ...report, findings })).toBe(`## Schema check: fails

Compared with base.

### Breaks or is wrong (1)

- **FIELD_REMOVED** Stay.subTitle is removed. It was not deprecated before. (\`stays.graphql:68\`)
  - Page uses it at schema/operations/card.graphql:2:3, and is no longer valid
  - → Keep it, mark it @deprecated with a date, and let the frontend move first.

What is meant can be accepted in \`schema/accepted-changes.json\`:

\`\`\`json
{"rule":"FIELD_REMOVED","at":"Stay.subTitle","why":"why nobody is hurt"}
\`\`\`
`);
});

test('Markdown shows what could end a table, a list or a tag as text', async () => {
  const [finding] = (await removed()).findings;
  const report = { ...(await removed()), findings: [{ ...finding, message: '<b>|`_*' }] } as Report;
  expect(markdownReport(report)).toContain('\\<b\\>\\|\\`\\_\\*');
});

test('the text says where what is gone was, and the annotation stands there', async () => {
  const report = await removed();
  const text = textReport(report, { coloured: false });
  expect(text).toContain('was in Stay, at stays.graphql:68:6 (FIELD_REMOVED)');
  expect(text).toContain('  {"rule":"FIELD_REMOVED","at":"Stay.subTitle"');
  expect(githubAnnotations(report)).toContain(
    '::error file=stays.graphql,line=68,col=6,title=api%3A FIELD_REMOVED::',
  );
});

test('the changelog has a section for each base, the newest first, and writes it anew when asked again', async () => {
  const report = { ...(await removed()), base: '1234567890 (where this work left main)' };
  const once = changelogWith('', report, '2027-01-31');
  expect(once).toContain('## 2027-01-31, since 1234567890');
  expect(once).toContain('- **breaking** Stay.subTitle is removed.');
  expect(changelogWith(once, report, '2027-02-01').match(/^## /gm)).toHaveLength(1);
  const next = changelogWith(once, { ...report, base: 'abcdefabcd (x)' }, '2027-03-01');
  expect(next.match(/^## .*$/gm)).toEqual([
    '## 2027-03-01, since abcdefabcd',
    '## 2027-01-31, since 1234567890',
  ]);
  expect(changelogWith(once, { ...report, findings: [] }, '2027-02-01')).not.toContain('## ');
});

test('every rule can be explained', async () => {
  const { explain } = await import('../explain.ts');
  for (const rule of ruleNames()) expect(explain(rule)).toMatch(/^[\w-]+\n\n.+/);
  expect(explain('FIELD_REMOVED')).toContain('What to do: Keep it');
  expect(explain('SATISFIABILITY_ERROR')).toContain('apollographql.com');
  expect(explain('no-such-rule')).toBeUndefined();
});
