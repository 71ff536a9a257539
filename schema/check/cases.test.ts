import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { compose } from '../composition.ts';
import type { SourceFile } from '../operations.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import { checkSchema } from './check.ts';
import { contractOf } from './contract.ts';
import { exitCode, type Finding, type Report } from './report.ts';
import { assertServable } from './servable.ts';

/*
 * One file is one change: a page of Markdown whose title says what happens, with the subgraphs before and after (those not
 * named after stay as they are, an empty one goes), the registered operations and those that were (`former`), and the verdict:
 * `exit CODE`, then a line for each finding in its order. Rules of style are tried only where it is a `verdict style`.
 */
const folder = new URL('cases/', import.meta.url);
const files = readdirSync(folder).filter((file) => file.endsWith('.md'));

const federation = `extend schema @link(
  url: "https://specs.apollo.dev/federation/v2.9"
  import: ["@key", "@shareable", "@inaccessible", "@override", "@external", "@requires"]
)`;

type Case = {
  title: string;
  before: SubgraphSource[];
  after: SubgraphSource[];
  operations: SourceFile[];
  formerOperations: SourceFile[];
  accepted: [];
  verdict: string;
  style: boolean;
};

function readCase(file: string): Case {
  const text = readFileSync(new URL(file, folder), 'utf8');
  const [before, after] = [new Map<string, SubgraphSource>(), new Map<string, SubgraphSource>()];
  const found: Case = {
    title: text.split('\n', 1)[0]?.slice(2) ?? file,
    before: [],
    after: [],
    operations: [],
    formerOperations: [],
    accepted: [],
    verdict: '',
    style: false,
  };
  for (const [, what = '', name = '', body = ''] of text.matchAll(
    /^```\w+ (\w+) ?(\S*)\n(.*?)^```$/gms,
  )) {
    // The header stands on the first line, so that lines count as in the case.
    const subgraph = {
      name,
      file: `${name}.graphql`,
      sdl: `${federation.replaceAll(/\s+/g, ' ')} ${body}`,
    };
    if (what === 'before') before.set(name, subgraph);
    else if (what === 'after') after.set(name, subgraph);
    else if (what === 'operation') found.operations.push({ file: name, text: body });
    else if (what === 'former') found.formerOperations.push({ file: name, text: body });
    else if (what === 'accepted') found.accepted = JSON.parse(body);
    else if (what === 'verdict')
      Object.assign(found, { verdict: body.trim(), style: name === 'style' });
  }
  found.before = [...before.values()];
  found.after = [...new Map([...before, ...after]).values()].filter(
    ({ name }) => after.get(name)?.sdl.endsWith(' ') !== true,
  );
  return found;
}

async function check({
  before,
  after,
  operations,
  formerOperations,
  accepted,
}: Case): Promise<Report> {
  const { supergraph } = before.length > 0 ? compose(before) : {};
  if (before.length > 0 && !supergraph)
    throw new Error('the subgraphs do not compose before the change');
  return checkSchema({
    subgraphs: after,
    registry: { operations },
    assertServable,
    base: {
      label: 'before',
      registry: () => ({ operations: formerOperations }),
      subgraphs: () => before,
      ...(supergraph ? { contract: contractOf(supergraph) } : {}),
    },
    accepted,
  });
}

const line = ({
  check,
  severity,
  impact,
  rule,
  at,
  places: [place],
  operations = [],
  message,
}: Finding): string => {
  const where =
    check === 'plan' ? message.split('\n')[0] : at || (place ? `${place.file}:${place.line}` : '');
  const uses =
    check === 'operations'
      ? []
      : operations.map(
          (use) =>
            `${use.operation} ${use.file}:${use.line}${use.before ? ' before' : ''}${use.invalid ? ' invalid' : ''}`,
        );
  const verdict =
    severity === 'warning' && impact === 'breaking' ? 'accepted' : (impact ?? severity);
  return (
    [check, verdict, rule, where].join(' ').trim() +
    (uses.length > 0 ? `, used by ${uses.join(', ')}` : '')
  );
};

const cases = files.map(readCase);

test('there are at least forty cases, each of its own', () => {
  expect(new Set(cases.map(({ title }) => title)).size).toBeGreaterThanOrEqual(40);
  expect(new Set(cases.map(({ title }) => title)).size).toBe(cases.length);
});

test.each(cases)('$title', async (change) => {
  const report = await check(change);
  const findings = report.findings.filter((finding) => change.style || finding.check !== 'lint');
  const verdict = [`exit ${exitCode({ ...report, findings })}`, ...findings.map(line)].join('\n');
  expect(verdict).toBe(change.verdict);
});
