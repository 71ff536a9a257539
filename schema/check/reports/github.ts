import type { Finding, Report } from '../report.ts';
import { useText } from './text.ts';

/**
 * Writes what a report finds wrong or worth a look as GitHub's workflow commands, which become
 * annotations in the files of a pull request.
 * https://docs.github.com/actions/reference/workflow-commands-for-github-actions
 */
export const githubAnnotations = ({ findings }: Report): string =>
  findings
    .filter(({ severity }) => severity !== 'note')
    .map(annotation)
    .join('\n');

const commands: Record<Finding['severity'], string> = {
  error: 'error',
  warning: 'warning',
  note: 'notice',
};

function annotation({
  severity,
  check,
  rule,
  message,
  advice,
  places: [place],
  operations = [],
}: Finding): string {
  const properties = {
    ...(place ? { file: place.file, line: place.line, col: place.column } : {}),
    title: `${check}: ${rule}`,
  };
  const uses =
    check === 'operations' ? [] : operations.map((use) => `${use.operation} ${useText(use)}`);
  const text = [message, ...uses, ...(advice ? [advice] : [])].join('\n');
  const written = Object.entries(properties).map(
    ([name, value]) => `${name}=${escapeProperty(String(value))}`,
  );
  return `::${commands[severity]} ${written.join(',')}::${escapeData(text)}`;
}

const escapeData = (text: string): string =>
  text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
const escapeProperty = (text: string): string =>
  escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
