import { expect, test } from '@jest/globals';
import { exitCode, type Finding, type OperationUse, type Report } from '../report.ts';
import { checkEdit, type Edit, edits } from './edits.ts';

/**
 * An operation that a change touches: `!` where it is no longer valid, `~` where it was registered
 * before.
 */
const use = ({ operation, invalid, before }: OperationUse): string =>
  `${operation}${before ? '~' : ''}${invalid ? '!' : ''}`;

/** A finding in two lines: what, where, at which line of which file, and whom it touches; its sentence. */
function lines({ check, severity, impact, rule, at, message, ...finding }: Finding): string {
  const { places, operations } = finding;
  const [place] = places;
  const file = place?.file.replace(/^schema\/|\.graphql$/g, '');
  const where = `${file}:${place?.line}${place?.of ? ` in ${place.of}` : ''}`;
  const uses = operations?.map(use) ?? [];
  const users = operations && uses.length === 0 ? ['nobody'] : uses;
  const touched = users.length > 0 ? `: ${users.join(', ')}` : '';
  return `${check} ${impact ?? severity} ${rule}${at ? ` ${at}` : ''} (${where})${touched}\n  ${message.replaceAll('\n', '\n  ')}`;
}

/** Rules of style are tried elsewhere: the base keeps none. */
function verdictOf(report: Report): string {
  const findings = report.findings.filter(({ check }) => check !== 'lint');
  return [`exit ${exitCode({ ...report, findings })}`, ...findings.map(lines)].join('\n');
}

/** Node 22 and later add it to what is wrong with JSON. */
const line = / \(line \d+ column \d+\)/g;

/** What the checks say of each edit. */
export function verdicts(): void {
  test('there are at least 150 edits, each of its own', () => {
    expect(new Set(edits.map(({ title }) => title)).size).toBe(edits.length);
    expect(new Set(edits.map(({ changes }) => changes.join('\n'))).size).toBe(edits.length);
    expect(edits.length).toBeGreaterThanOrEqual(150);
  });

  test.each(edits as Edit[])('$title', async (edit) => {
    const report = await checkEdit(edit);
    expect(verdictOf(report).replace(line, '')).toBe(edit.verdict);
    expect(report.findings.every(({ places, id }) => places.length > 0 && id)).toBe(true);
  });
}
