import type { GraphQLError } from 'graphql';
import type { Finding } from './report.ts';
import { rules } from './rules.ts';

/** Operations that could not be read: what is not read is not checked. */
export const unreadable = (errors: readonly GraphQLError[]): Finding[] =>
  errors.map((error) => ({
    check: 'operations',
    severity: 'error',
    rule: 'unreadable-operation',
    message: error.message,
    advice: rules['unreadable-operation']?.mend ?? '',
    places: (error.locations ?? []).map((at) => ({ file: error.source?.name ?? '', ...at })),
  }));
