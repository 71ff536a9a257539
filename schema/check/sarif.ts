import type { Place } from '../composition.ts';
import { checks, exitCode, type Finding, type Report } from './report.ts';

/** Writes a report as SARIF 2.1.0, which code scanning reads. https://docs.oasis-open.org/sarif/sarif/v2.1.0/ */
export function sarifReport(report: Report): string {
  const ids = [...new Set(report.findings.map(ruleId))];
  const rules = ids.map((id) => ({
    id,
    shortDescription: { text: checks[id.split('/', 1)[0] as keyof typeof checks] },
  }));
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'schema-check', rules } },
        invocations: [{ executionSuccessful: true, exitCode: exitCode(report) }],
        results: report.findings.map((finding) => result(finding, ids)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

const ruleId = ({ check, rule }: Finding): string => `${check}/${rule}`;

const result = (finding: Finding, ids: readonly string[]) => {
  const { severity, message, advice, places, operations = [] } = finding;
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
  };
};

const location = ({ file, line, column }: Place) => ({
  physicalLocation: {
    artifactLocation: { uri: file },
    region: { startLine: line, startColumn: column },
  },
});
