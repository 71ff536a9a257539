import type { Finding, Report } from '../report.ts';

/** The history of the schema, committed; from the project's root. */
export const changelogFile = 'schema/CHANGELOG.md';

const header = `# Changes of the schema

Written by \`npm run schema:check -- --changelog\`, newest first.
`;

/**
 * Puts what has changed since the base before what the changelog holds. A section for the same base
 * is written anew, so that it may be asked for again and again while the work goes on.
 * @param today as `2027-06-30`
 */
export function changelogWith(changelog: string, report: Report, today: string): string {
  const base = report.base.split(' ', 1)[0] ?? '';
  const [, ...sections] = `\n${changelog}`.split(/^(?=## )/m);
  const others = sections.filter(
    (section) => !section.split('\n', 1)[0]?.endsWith(`, since ${base}`),
  );
  const changes = report.findings.filter(({ impact }) => impact !== undefined);
  const section = changes.length > 0 ? [sectionOf(changes, `${today}, since ${base}`)] : [];
  return [header, ...section, ...others.map((one) => `${one.trim()}\n`)].join('\n');
}

const order = ['breaking', 'dangerous', 'safe'] as const;

const sectionOf = (changes: readonly Finding[], title: string): string =>
  [
    `## ${title}`,
    '',
    ...order.flatMap((impact) =>
      changes
        .filter((change) => change.impact === impact)
        .map(({ message }) => `- **${impact}** ${message.split('\n', 1)[0]}`),
    ),
    '',
  ].join('\n');
