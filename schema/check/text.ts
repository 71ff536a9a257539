import type { Place } from '../composition.ts';
import {
  type CheckName,
  checks,
  exitCode,
  type Finding,
  type OperationUse,
  type Report,
} from './report.ts';

type Colour = 'red' | 'yellow' | 'green' | 'dim' | 'bold';
const codes: Record<Colour, number> = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33 };
type Paint = (colour: Colour, text: string) => string;

/** Safe changes beyond this many are only counted. */
const shownNotes = 12;

/** Writes a report for people: grouped by check, what breaks first. */
export function textReport(report: Report, coloured: boolean): string {
  const paint: Paint = (colour, text) => (coloured ? `\x1b[${codes[colour]}m${text}\x1b[0m` : text);
  const groups = Object.keys(checks) as CheckName[];
  return [
    `Schema check, compared with ${report.base}`,
    '',
    ...groups.flatMap((check) => group(check, report, paint)),
    '',
    verdict(report, paint),
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
  const mark =
    errors.length > 0
      ? paint('red', '✗')
      : warnings.length > 0
        ? paint('yellow', '!')
        : paint('green', '✓');
  const more = notes.length - shownNotes;
  return [
    `${mark} ${paint('bold', title)}`,
    ...[...errors, ...warnings, ...notes.slice(0, shownNotes)].flatMap((finding, index, all) => [
      ...lines(finding, paint),
      // Said once, below the last of those that it is for.
      ...(finding.advice && finding.advice !== all[index + 1]?.advice
        ? [`    → ${finding.advice}`]
        : []),
    ]),
    ...(more > 0 ? [paint('dim', `    and ${more} more safe changes`)] : []),
  ];
}

const colours: Record<Finding['severity'], Colour> = {
  error: 'red',
  warning: 'yellow',
  note: 'dim',
};

function lines(
  { check, severity, impact, rule, message, places, operations = [] }: Finding,
  paint: Paint,
): string[] {
  const [first, ...others] = message.split('\n');
  const [place, ...also] = places.map(placeText);
  const head = `  ${paint(colours[severity], impact ?? severity)}  ${first}`;
  if (severity === 'note') return [head];
  const uses = check === 'api' ? operations : [];
  const unused = check === 'api' && impact === 'breaking' && uses.length === 0;
  return [
    head,
    ...others.map((line) => `    ${line}`),
    ...(place
      ? [paint('dim', `    at ${place}${also.length > 0 ? `, ${also.join(', ')}` : ''} (${rule})`)]
      : []),
    ...uses.map((use) => `    ${paint('bold', use.operation)} ${useText(use)}`),
    ...(unused ? ['    no registered operation uses it'] : []),
  ];
}

const useText = (use: OperationUse): string =>
  use.before
    ? `used it at ${placeText(use)}; a frontend that is out there may still send it`
    : `uses it at ${placeText(use)}`;

const placeText = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;

function verdict(report: Report, paint: Paint): string {
  const count = (severity: Finding['severity'], word: string) => {
    const number = report.findings.filter((finding) => finding.severity === severity).length;
    return `${number} ${word}${number === 1 ? '' : 's'}`;
  };
  const seconds = `${(report.durationMs / 1000).toFixed(1)} s`;
  const counts = `${count('error', 'error')}, ${count('warning', 'warning')}, ${count('note', 'note')} in ${seconds}`;
  return exitCode(report) === 0
    ? `${paint('green', 'The schema is fine')}: ${counts}`
    : `${paint('red', 'The schema check fails')}: ${counts}`;
}
