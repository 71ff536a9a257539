/** An expected no. It is a value, never thrown: why, for a program, and in a sentence for a user. */
export type Refused<Reason extends string = string> = {
  refused: true;
  reason: Reason;
  message: string;
};

/**
 * Makes the refusals of one service.
 * @param messages what a user reads for each reason; a new reason is a new line
 * @returns makes a refusal with the sentence of its reason, or with a more exact one
 */
export const refusals =
  <Reason extends string>(messages: Readonly<Record<Reason, string>>) =>
  (reason: Reason, message: string = messages[reason]): Refused<Reason> => ({
    refused: true,
    reason,
    message,
  });

/** Tells a refusal from what was asked for. */
export const isRefused = <Result extends object>(
  result: Result,
): result is Extract<Result, Refused> => 'refused' in result;
