import type { Place } from '../../place.ts';
import { entryFor } from '../accepted.ts';
import {
  type CheckName,
  checkNames,
  checks,
  exitCode,
  type Finding,
  type OperationUse,
  type Report,
} from '../report.ts';
import { acceptedFile } from '../rule-text.ts';

type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold';
const codes: Record<Colour, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };
type Paint = (colour: Colour, text: string) => string;

/** Safe changes beyond this many are only counted. */
const shownNotes = 12;
/** Operations beyond this many are only counted. */
const shownUses = 10;

export type TextOptions = {
  coloured: boolean;
  /** Whether a check that compared nothing has failed, as under CI. */
  mustCompare?: boolean;
};

/** Writes a report for people: grouped by check, what breaks first. */
export function textReport(report: Report, options: TextOptions): string {
  const paint: Paint = (colour, text) =>
    options.coloured ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text;
  return [
    `Schema check, compared with ${report.base}`,
    '',
    ...checkNames.flatMap((check) => group(check, report, paint)),
    ...acceptance(report.findings, paint),
    '',
    ...notCompared(report, paint),
    verdict(report, options, paint),
  ].join('\n');
}

function group(check: CheckName, { findings, skipped }: Report, paint: Paint): string[] {
  const own = findings.filter((finding) => finding.check === check);
  const title = `${check.padEnd(10)} ${checks[check]}`;
  const skip = skipped[check];
  if (skip && own.length === 0) return [paint('dim', `- ${title}: not checked, ${skip}`)];
  const of = (severity: Finding['severity']) =>
    own.filter((finding) => finding.severity === severity);
  const [errors, warnings, notes] = [of('error'), of('warning'), of('note')];
  const more = notes.length - shownNotes;
  return [
    `${mark(errors.length, warnings.length, paint)} ${paint('bold', title)}`,
    ...(skip ? [paint('dim', `    not checked whole: ${skip}`)] : []),
    ...[...errors, ...warnings, ...notes.slice(0, shownNotes)].flatMap((finding, index, all) => [
      ...lines(finding, paint),
      // Said once, below the last of those that it is for.
      ...(finding.advice && finding.advice !== all[index + 1]?.advice
        ? [`    → ${finding.advice}`]
        : []),
    ]),
    ...(more > 0 ? [paint('dim', `    and ${more} more notes`)] : []),
  ];
}

function mark(errors: number, warnings: number, paint: Paint): string {
  if (errors > 0) return paint('red', '✗');
  return warnings > 0 ? paint('yellow', '!') : paint('green', '✓');
}

const colours: Record<Finding['severity'], Colour> = {
  error: 'red',
  warning: 'yellow',
  note: 'dim',
};

function lines(
  { severity, impact, rule, message, places, operations }: Finding,
  paint: Paint,
): string[] {
  const [first, ...others] = message.split('\n');
  const head = `  ${paint(colours[severity], impact ?? severity)}  ${first}`;
  if (severity === 'note') return [head];
  const unused = impact === 'breaking' && operations?.length === 0;
  return [
    head,
    ...others.map((line) => `    ${line}`),
    paint('dim', `    ${placesText(places)} (${rule})`),
    ...(impact ? usesText(operations ?? [], paint) : []),
    ...(unused ? ['    no registered operation uses it'] : []),
  ];
}

function placesText([first, ...others]: readonly Place[]): string {
  if (!first) return '';
  const also = others.length > 0 ? `, ${others.map(placeText).join(', ')}` : '';
  return first.of
    ? `was in ${first.of}, at ${placeText(first)}${also}`
    : `at ${placeText(first)}${also}`;
}

function usesText(uses: readonly OperationUse[], paint: Paint): string[] {
  const more = uses.length - shownUses;
  return [
    ...uses.slice(0, shownUses).map((use) => `    ${paint('bold', use.operation)} ${useText(use)}`),
    ...(more > 0 ? [`    and ${more} more operations`] : []),
  ];
}

/** How an operation touches what changes, for all reports alike. */
export function useText(use: OperationUse): string {
  const refused = use.invalid ? ', and is no longer valid' : '';
  if (use.seen) {
    const { count, lastDay } = use.seen;
    return `sent it ${count.toLocaleString('en')} times, last on ${lastDay} (${placeText(use)})${refused}`;
  }
  return use.before
    ? `used it at ${placeText(use)}${refused}; a client that is out there may still send it`
    : `uses it at ${placeText(use)}${refused}`;
}

const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

/** What can be accepted, ready to be pasted. */
function acceptance(findings: readonly Finding[], paint: Paint): string[] {
  const open = findings.filter(
    ({ impact, severity, at }) => impact === 'breaking' && severity === 'error' && at,
  );
  if (open.length === 0) return [];
  const entries = open.map((finding) => `  ${JSON.stringify(entryFor(finding))}`);
  return ['', paint('dim', `What is meant can be accepted in ${acceptedFile}:`), ...entries];
}

function notCompared({ notCompared: why }: Report, paint: Paint): string[] {
  return why === undefined ? [] : [paint('yellow', `Nothing was compared: ${why}.`)];
}

function verdict(report: Report, { mustCompare }: TextOptions, paint: Paint): string {
  const count = (severity: Finding['severity'], word: string) => {
    const number = report.findings.filter((finding) => finding.severity === severity).length;
    return `${number} ${word}${number === 1 ? '' : 's'}`;
  };
  const seconds = `${(report.durationMs / 1000).toFixed(1)} s`;
  const counts = `${count('error', 'error')}, ${count('warning', 'warning')}, ${count('note', 'note')} in ${seconds}`;
  const code = exitCode(report, mustCompare);
  if (code === 1) return `${paint('red', 'The schema check fails')}: ${counts}`;
  if (code === 2) return `${paint('red', 'The schema could not be checked')}: ${counts}`;
  const words =
    report.notCompared === undefined ? 'The schema is fine' : 'The schema is fine by itself';
  return `${paint('green', words)}: ${counts}`;
}
