import { createHash } from 'node:crypto';
import type { Place } from '../../place.ts';
import { explainedRule } from '../explain.ts';
import { exitCode, type Finding, type Report } from '../report.ts';

/**
 * Writes a report as SARIF 2.1.0, which code scanning reads.
 * https://docs.oasis-open.org/sarif/sarif/v2.1.0/ Notes are left out: each would open an alert.
 * GitHub rejects a whole file for one result without a place.
 */
export function sarifReport(report: Report): string {
  const shown = report.findings.filter(({ severity }) => severity !== 'note');
  const ids = [...new Set(shown.map(ruleId))];
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'schema-check', rules: ids.map(ruleOf) } },
        invocations: [{ executionSuccessful: true, exitCode: exitCode(report) }],
        results: shown.map((finding) => result(finding, ids)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const ruleId = ({ check, rule }: Finding): string => `${check}/${rule}`;

function ruleOf(id: string) {
  const { what, why, mend, link } = explainedRule(id.split('/')[1] ?? id);
  const text = [what, why, mend, `npm run schema:check -- --explain ${id.split('/')[1]}`]
    .filter(Boolean)
    .join('\n\n');
  return {
    id,
    shortDescription: { text: what },
    fullDescription: { text: `${what} ${why}`.trim() },
    help: { text, markdown: text },
    ...(link ? { helpUri: link } : {}),
  };
}

const result = (finding: Finding, ids: readonly string[]) => {
  const { severity, message, advice, places, operations = [], id } = finding;
  return {
    ruleId: ruleId(finding),
    ruleIndex: ids.indexOf(ruleId(finding)),
    level: severity,
    message: { text: advice ? `${message}\n${advice}` : message },
    locations: places.slice(0, 1).map(location),
    relatedLocations: [
      ...places.slice(1).map(location),
      // What was there before has no place in the files as they are now.
      ...operations
        .filter(({ before }) => !before)
        .map((use) => ({ ...location(use), message: { text: `${use.operation} uses it here.` } })),
    ],
    // An alert is known again by what it is about, however its lines move.
    partialFingerprints: {
      'schemaCheck/v1': createHash('sha256')
        .update(id ?? message)
        .digest('hex'),
    },
  };
};

const location = ({ file, line, column }: Place) => ({
  physicalLocation: {
    artifactLocation: { uri: file },
    region: { startLine: line, startColumn: column },
  },
});
