import { entryFor } from '../accepted.ts';
import { checkNames, checks, exitCode, type Finding, type Report } from '../report.ts';
import { acceptedFile } from '../rule-text.ts';
import { useText } from './text.ts';

/**
 * GitHub takes no comment of more than 65,536 characters; beyond this many findings of a kind are
 * only counted.
 */
const shown = 60;

/** Writes a report as Markdown, for a job's summary or a comment on a pull request. */
export function markdownReport(report: Report, mustCompare = false): string {
  return [
    `## ${title(report, mustCompare)}`,
    '',
    `Compared with ${report.base}.`,
    ...(report.notCompared === undefined
      ? []
      : ['', `**Nothing was compared: ${report.notCompared}.**`]),
    ...section('Breaks or is wrong', report, 'error'),
    ...acceptance(report.findings),
    ...section('Worth a look', report, 'warning'),
    ...folded('Safe', report),
    ...skippedChecks(report),
    '',
  ].join('\n');
}

function title(report: Report, mustCompare: boolean): string {
  const words = ['Schema check: fine', 'Schema check: fails', 'Schema check: could not be made'];
  return words[exitCode(report, mustCompare)] ?? '';
}

const of = ({ findings }: Report, severity: Finding['severity']) =>
  findings.filter((finding) => finding.severity === severity);

function section(words: string, report: Report, severity: Finding['severity']): string[] {
  const found = of(report, severity);
  if (found.length === 0) return [];
  return [
    '',
    `### ${words} (${found.length})`,
    '',
    ...found.slice(0, shown).flatMap(item),
    ...counted(found),
  ];
}

function folded(words: string, report: Report): string[] {
  const found = of(report, 'note');
  if (found.length === 0) return [];
  const items = found.slice(0, shown).map(({ message }) => `- ${plain(message)}`);
  return [
    '',
    `<details><summary>${words} (${found.length})</summary>`,
    '',
    ...items,
    ...counted(found),
    '',
    '</details>',
  ];
}

const counted = (found: readonly Finding[]): string[] =>
  found.length > shown ? [`- and ${found.length - shown} more`] : [];

function item({ rule, message, places: [place], operations = [], advice }: Finding): string[] {
  const where = place ? ` (\`${place.file}:${place.line}\`)` : '';
  return [
    `- **${rule}** ${plain(message)}${where}`,
    ...operations.slice(0, 10).map((use) => `  - ${plain(`${use.operation} ${useText(use)}`)}`),
    ...(operations.length > 10 ? [`  - and ${operations.length - 10} more operations`] : []),
    ...(advice ? [`  - → ${plain(advice)}`] : []),
  ];
}

/** Names and messages are text, whatever they hold. */
const plain = (text: string): string =>
  text.replaceAll(/[<>|*_[\]\\`]/g, '\\$&').replaceAll('\n', ' ');

function acceptance(findings: readonly Finding[]): string[] {
  const open = findings.filter(
    ({ impact, severity, at }) => impact === 'breaking' && severity === 'error' && at,
  );
  if (open.length === 0) return [];
  const entries = open.map((finding) => JSON.stringify(entryFor(finding)));
  return [
    '',
    `What is meant can be accepted in \`${acceptedFile}\`:`,
    '',
    '```json',
    ...entries,
    '```',
  ];
}

function skippedChecks({ skipped }: Report): string[] {
  const names = checkNames.filter((check) => skipped[check]);
  if (names.length === 0) return [];
  return [
    '',
    '### Not checked',
    '',
    ...names.map((check) => `- ${checks[check]}: ${skipped[check]}`),
  ];
}
