import { existsSync, writeFileSync } from 'node:fs';
import { projectFile, readText } from '../subgraphs.ts';
import { CannotCheck, type Finding } from './report.ts';
import { acceptedFile } from './rule-text.ts';
import { rules } from './rules.ts';

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

const accepts = ({ rule, at }: Accepted, finding: Finding): boolean =>
  finding.impact === 'breaking' && finding.rule === rule && finding.at === at;

/**
 * Turns breaking changes that are meant into warnings, and tells which entries have had their day.
 * @param today as `2027-06-30`
 */
export function acceptChanges(
  changes: readonly Finding[],
  accepted: readonly Accepted[],
  today: string,
): Finding[] {
  const isOver = ({ until }: Accepted): boolean => until !== undefined && until < today;
  const stale = accepted.filter((entry) => !changes.some((finding) => accepts(entry, finding)));
  return [
    ...changes.map((finding): Finding => {
      const entry = accepted.find((one) => accepts(one, finding));
      if (!entry || isOver(entry)) return finding;
      const { advice: _, ...rest } = finding;
      return {
        ...rest,
        severity: 'warning',
        message: `${finding.message} (accepted: ${entry.why})`,
      };
    }),
    ...staleFinding(stale),
    ...accepted
      .filter((entry) => isOver(entry) && !stale.includes(entry))
      .map(({ rule, at, until }) =>
        entryFinding(
          'acceptance-expired',
          `${acceptedFile} accepts ${rule} at ${at} only until ${until}.`,
          at,
        ),
      ),
  ];
}

/** One for all: hundreds of them would hide what else there is to read. */
function staleFinding(stale: readonly Accepted[]): Finding[] {
  const [first] = stale;
  if (!first) return [];
  const others = stale.length > 1 ? `, as do ${stale.length - 1} more of its entries` : '';
  const message = `${acceptedFile} names ${first.rule} at ${first.at}, which is no change here${others}.`;
  return [entryFinding('accepted-and-done', message)];
}

const entryFinding = (rule: string, message: string, at?: string): Finding => ({
  check: 'api',
  severity: 'note',
  rule,
  ...(at === undefined ? {} : { at }),
  message,
  advice: rules[rule]?.mend ?? '',
  places: [{ file: acceptedFile, line: 1, column: 1 }],
});

/** The entries that accept a change that is there. */
export const stillNeeded = (
  accepted: readonly Accepted[],
  findings: readonly Finding[],
): Accepted[] => accepted.filter((entry) => findings.some((finding) => accepts(entry, finding)));

export const writeAccepted = (entries: readonly Accepted[]): void =>
  writeFileSync(projectFile(acceptedFile), `${JSON.stringify(entries, null, 2)}\n`);

/** The entry that would accept a change. */
export const entryFor = ({ rule, at = '' }: Finding): Accepted => ({
  rule,
  at,
  why: 'why nobody is hurt',
});
