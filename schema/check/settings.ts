import { existsSync } from 'node:fs';
import { projectFile, readText } from '../subgraphs.ts';
import { ruleNames } from './explain.ts';
import { CannotCheck, type Finding } from './report.ts';

/** What the owners of the schema have chosen, from the project's root; need not be there. */
export const settingsFile = 'schema/check-settings.json';

/** How bad a rule's findings are, by its name. */
export type Severities = Readonly<Record<string, Finding['severity'] | 'off'>>;

const levels = ['error', 'warning', 'note', 'off'];

/**
 * Reads the severities that were chosen.
 * @throws CannotCheck where the file is no such thing, or names no rule
 */
export function readSeverities(): Severities {
  if (!existsSync(projectFile(settingsFile))) return {};
  const { severities = {} } = parsed();
  for (const [rule, level] of Object.entries(severities)) {
    if (!ruleNames().includes(rule) && !/^[A-Z_]+$/.test(rule))
      throw new CannotCheck(`${settingsFile} names a rule ${rule}, which there is not.`);
    if (!levels.includes(level))
      throw new CannotCheck(
        `${settingsFile} sets ${rule} to ${level}, and not to one of ${levels.join(', ')}.`,
      );
  }
  return severities as Severities;
}

function parsed(): { severities?: Record<string, string> } {
  try {
    return JSON.parse(readText(settingsFile));
  } catch (error) {
    throw new CannotCheck(`${settingsFile} cannot be read: ${(error as Error).message}`);
  }
}

/**
 * Gives findings the severities that were chosen. What breaks somebody is accepted by its own
 * entry, and not by a rule.
 */
export const withSeverities = (findings: readonly Finding[], severities: Severities): Finding[] =>
  findings.flatMap((finding): Finding[] => {
    const chosen = severities[finding.rule];
    if (!chosen || finding.impact === 'breaking') return [finding];
    return chosen === 'off' ? [] : [{ ...finding, severity: chosen }];
  });
