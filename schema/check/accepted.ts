import { existsSync, readFileSync } from 'node:fs';
import { z } from 'zod';
import { projectFile } from '../subgraphs.ts';
import { CannotCheck, type Finding } from './report.ts';

/** Breaking changes that are meant, from the project's root. */
export const acceptedFile = 'schema/accepted-changes.json';

const shape = z.array(z.strictObject({ rule: z.string(), at: z.string(), why: z.string().min(1) }));

/** A breaking change that is meant: its rule, its element, and why nobody is hurt. */
export type Accepted = z.infer<typeof shape>[number];

/** Reads the breaking changes that are meant; none where there is no such file. */
export function readAccepted(): Accepted[] {
  const file = projectFile(acceptedFile);
  if (!existsSync(file)) return [];
  try {
    return shape.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new CannotCheck(`${acceptedFile} is not a list of { "rule", "at", "why" }: ${(error as Error).message}`);
  }
}

/** Turns breaking changes that are meant into warnings, and tells which entries have had their day. */
export function acceptChanges(changes: readonly Finding[], accepted: readonly Accepted[]): Finding[] {
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
