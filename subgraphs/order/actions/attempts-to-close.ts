import { clientError } from '../../../runtime/errors.ts';

export type AttemptsToCloseNeeds = {
  now(): Promise<Date>;
  attemptsToClose(
    now: Date,
    after: string,
    limit: number,
  ): Promise<{ orderSn: string; paymentSn: string }[]>;
};

const maxAttempts = 500;

/** One page of the payment attempts that are to be closed at their providers by now. */
export async function attemptsToClose(needs: AttemptsToCloseNeeds, after: string, first: number) {
  if (first < 1 || first > maxAttempts)
    throw clientError('BAD_USER_INPUT', `\`first\` must be 1 to ${maxAttempts}.`);
  return needs.attemptsToClose(await needs.now(), after, first);
}
