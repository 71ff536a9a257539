import { existsSync, readFileSync } from 'node:fs';
import { projectFile } from '../subgraphs.ts';
import { CannotCheck, type Finding } from './report.ts';

/** Breaking changes that are meant, from the project's root. */
export const acceptedFile = 'schema/accepted-changes.json';

/** A breaking change that is meant: its rule, its element, and why nobody is hurt. */
export type Accepted = { rule: string; at: string; why: string };

const isAccepted = (entry: unknown): entry is Accepted =>
  typeof entry === 'object' &&
  entry !== null &&
  ['rule', 'at', 'why'].every((key) => typeof Reflect.get(entry, key) === 'string');

/** Reads the breaking changes that are meant; none where there is no such file. */
export function readAccepted(): Accepted[] {
  const file = projectFile(acceptedFile);
  if (!existsSync(file)) return [];
  try {
    const entries: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (Array.isArray(entries) && entries.every(isAccepted)) return entries;
  } catch {
    // told below, like everything else that is no such list
  }
  throw new CannotCheck(`${acceptedFile} must be a JSON list of { "rule", "at", "why" }.`);
}

/** Turns breaking changes that are meant into warnings, and tells which entries have had their day. */
export function acceptChanges(
  changes: readonly Finding[],
  accepted: readonly Accepted[],
): Finding[] {
  const matches =
    (finding: Finding) =>
    ({ rule, at }: Accepted) =>
      finding.impact === 'breaking' && finding.rule === rule && finding.at === at;
  const stale = accepted.filter((entry) => !changes.some((finding) => matches(finding)(entry)));
  return [
    ...changes.map((finding): Finding => {
      const entry = accepted.find(matches(finding));
      if (!entry) return finding;
      return {
        ...finding,
        severity: 'warning',
        message: `${finding.message} (accepted: ${entry.why})`,
        advice: undefined,
      };
    }),
    ...stale.map(
      ({ rule, at }): Finding => ({
        check: 'api',
        severity: 'note',
        rule: 'accepted-and-done',
        at,
        message: `${acceptedFile} still names ${rule} at ${at}, which is no longer a change: remove the entry.`,
        places: [{ file: acceptedFile, line: 1, column: 1 }],
      }),
    ),
  ];
}
