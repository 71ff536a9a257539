import { existsSync } from 'node:fs';
import { projectFile, readText } from '../subgraphs.ts';
import { CannotCheck, type Finding } from './report.ts';
import { acceptedFile, rules } from './rules.ts';

/**
 * A breaking change that is meant: its rule, its element, why nobody is hurt, and the last day
 * (`2027-06-30`) if it has one.
 */
export type Accepted = { rule: string; at: string; why: string; until?: string };

const isAccepted = (entry: unknown): entry is Accepted =>
  typeof entry === 'object' &&
  entry !== null &&
  ['rule', 'at', 'why'].every((key) => typeof Reflect.get(entry, key) === 'string') &&
  ['string', 'undefined'].includes(typeof Reflect.get(entry, 'until'));

/** Reads the breaking changes that are meant; none where there is no such file. */
export function readAccepted(): Accepted[] {
  if (!existsSync(projectFile(acceptedFile))) return [];
  try {
    const entries: unknown = JSON.parse(readText(acceptedFile));
    if (Array.isArray(entries) && entries.every(isAccepted)) return entries;
  } catch {
    // what is no JSON is no such list either
  }
  throw new CannotCheck(`${acceptedFile} must be a JSON list of { "rule", "at", "why" }.`);
}

/**
 * Turns breaking changes that are meant into warnings, and tells which entries have had their day.
 * @param today as `2027-06-30`
 */
export function acceptChanges(
  changes: readonly Finding[],
  accepted: readonly Accepted[],
  today: string,
): Finding[] {
  const isFor =
    (finding: Finding) =>
    ({ rule, at }: Accepted) =>
      finding.impact === 'breaking' && finding.rule === rule && finding.at === at;
  const isOver = ({ until }: Accepted): boolean => until !== undefined && until < today;
  const stale = accepted.filter((entry) => !changes.some((finding) => isFor(finding)(entry)));
  return [
    ...changes.map((finding): Finding => {
      const entry = accepted.find(isFor(finding));
      if (!entry || isOver(entry)) return finding;
      const { advice: _, ...rest } = finding;
      return {
        ...rest,
        severity: 'warning',
        message: `${finding.message} (accepted: ${entry.why})`,
      };
    }),
    ...stale.map(({ rule, at }) =>
      entryFinding(
        'accepted-and-done',
        at,
        `${acceptedFile} names ${rule} at ${at}, which is no change here.`,
      ),
    ),
    ...accepted
      .filter((entry) => isOver(entry) && !stale.includes(entry))
      .map(({ rule, at, until }) =>
        entryFinding(
          'acceptance-expired',
          at,
          `${acceptedFile} accepts ${rule} at ${at} only until ${until}.`,
        ),
      ),
  ];
}

const entryFinding = (rule: string, at: string, message: string): Finding => ({
  check: 'api',
  severity: 'note',
  rule,
  at,
  message,
  advice: rules[rule]?.mend ?? '',
  places: [{ file: acceptedFile, line: 1, column: 1 }],
});

/** The entry that would accept a change. */
export const entryFor = ({ rule, at = '' }: Finding): Accepted => ({
  rule,
  at,
  why: 'why nobody is hurt',
});
