import type { Place } from '../composition.ts';

/** The checks, in the order in which they are reported. */
export const checks = {
  compose: 'the subgraphs make one supergraph',
  drift: 'generated files are what the sources give',
  api: 'what changes for clients',
  federation: 'what changes between the subgraphs',
  operations: 'registered operations are valid',
  lint: 'the schema follows its rules',
  plan: 'registered operations cost no more than before',
} as const;
export type CheckName = keyof typeof checks;

/** What a change means to those who rely on the schema. */
export type Impact = 'breaking' | 'dangerous' | 'safe';

/** A registered operation that a change touches, and where it does, or did before its own change. */
export type OperationUse = Place & { operation: string; before?: true };

/** One thing a check has found. An error fails the whole check, a warning is worth a look, a note is told. */
export type Finding = {
  check: CheckName;
  severity: 'error' | 'warning' | 'note';
  /** What kind of thing it is, for programs: `FIELD_REMOVED`, `described`. */
  rule: string;
  /** Only for changes. */
  impact?: Impact;
  /** The schema element it is about: `Type`, `Type.field`, `Type.field.argument`, `Enum.VALUE`. */
  at?: string;
  message: string;
  /** What to do about it. */
  advice?: string;
  /** Where it is in the files, the most telling place first. */
  places: readonly Place[];
  /** The registered operations it touches; missing where it touches none or the question does not arise. */
  operations?: readonly OperationUse[];
};

export type Report = {
  /** What the schema was compared with, in words. */
  base: string;
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

/** The check's question could not be answered at all: a wrong option, an unknown base, an unreadable file. */
export class CannotCheck extends Error {
  override name = 'CannotCheck';
}

export const exitCode = ({ findings }: Report): 0 | 1 =>
  findings.some(({ severity }) => severity === 'error') ? 1 : 0;
