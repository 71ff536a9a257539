import type { Place } from '../place.ts';

/** The checks, in the order in which they are reported. */
export const checks = {
  compose: 'the subgraphs make one supergraph',
  drift: 'generated files are what the sources give',
  api: 'what changes for clients',
  federation: 'what changes between the subgraphs',
  contracts: 'what changes for the clients of a contract alone',
  operations: 'registered operations are valid',
  lint: 'the schema follows its rules',
  plan: 'registered operations cost no more than before',
} as const;
export type CheckName = keyof typeof checks;
export const checkNames = Object.keys(checks) as CheckName[];

/** What a change means to those who rely on the schema. */
export type Impact = 'breaking' | 'dangerous' | 'safe';

/** A registered operation that a change touches, and where it does. */
export type OperationUse = Place & {
  operation: string;
  /**
   * Who sends it: a client of this version, or a service. Missing for the frontend of this
   * repository.
   */
  client?: string;
  /** It was registered at the base and is not any more, or not in this form. */
  before?: true;
  /** How often it was seen in the traffic, and on which day last. */
  seen?: { count: number; lastDay: string };
  /** It is not valid against the schema as it is now. */
  invalid?: true;
};

/**
 * One thing a check has found. An error fails the whole check, a warning is worth a look, a note is
 * told.
 */
export type Finding = {
  /** The same for the same finding in every run. */
  id?: string;
  check: CheckName;
  severity: 'error' | 'warning' | 'note';
  /**
   * What kind of thing it is, for programs: `FIELD_REMOVED`, `described`. `--explain RULE` says
   * more.
   */
  rule: string;
  /** Only for changes. */
  impact?: Impact;
  /** The schema coordinate of the element it is about. */
  at?: string;
  message: string;
  /** What to do about it. */
  advice?: string;
  /** Where it is in the files, the most telling place first. Never empty in a report. */
  places: readonly Place[];
  /** The registered operations it touches; missing where the question does not arise. */
  operations?: readonly OperationUse[];
};

export type Report = {
  /** What the schema was compared with, in words. */
  base: string;
  /** Why it was compared with nothing, in words; missing where it was compared. */
  notCompared?: string;
  /** Checks that could not be made, and why. */
  skipped: Partial<Record<CheckName, string>>;
  findings: readonly Finding[];
  durationMs: number;
};

/** How bad a change is for the check: only what breaks somebody fails it. */
export const severityOf: Record<Impact, Finding['severity']> = {
  breaking: 'error',
  dangerous: 'warning',
  safe: 'note',
};

/**
 * The check's question could not be answered at all: a wrong option, an unknown base, an unreadable
 * file.
 */
export class CannotCheck extends Error {
  override name = 'CannotCheck';
}

/**
 * 1 where an error was found; 2 where none was, but nothing was compared either and `mustCompare`
 * (under CI) asks for it.
 */
export function exitCode({ findings, notCompared }: Report, mustCompare = false): 0 | 1 | 2 {
  if (findings.some(({ severity }) => severity === 'error')) return 1;
  return mustCompare && notCompared !== undefined ? 2 : 0;
}

/** Gives every finding its id: what it is about, and a number where several are about the same. */
export function withIds(findings: readonly Finding[]): Finding[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const { check, rule, at, operations, places } = finding;
    const about = at || operations?.[0]?.operation || places[0]?.file || '';
    const id = `${check}/${rule}:${about}`;
    const number = (seen.get(id) ?? 0) + 1;
    seen.set(id, number);
    return { ...finding, id: number === 1 ? id : `${id}#${number}` };
  });
}
