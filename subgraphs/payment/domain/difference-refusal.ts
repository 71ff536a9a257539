import { type Refused, refusals } from '../../../runtime/refusal.ts';

/** What an operator reads for each reason. */
const messages = {
  DIFFERENCE_UNKNOWN: 'There is no such difference any more.',
  REASON_INVALID: 'Give a reason of 1 to 200 characters.',
} as const;

/** The field of the input to blame. */
const fields = { REASON_INVALID: 'reason' } as const;

export type DifferenceRefusalReason = keyof typeof messages;
export type DifferenceRefused = Refused<DifferenceRefusalReason>;
export const differenceRefused = refusals(messages, fields);
