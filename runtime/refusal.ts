/** The limits behind a refusal, for a client with sentences of its own. */
export type RefusedLimits = {
  /**
   * The least and the most that is allowed: nights, guests, characters, or minor units of
   * `currency`.
   */
  min?: number | null;
  max?: number | null;
  /** The first and the last date that is allowed. */
  earliest?: string | null;
  latest?: string | null;
  currency?: string | null;
};

/** What a client needs besides the reason to show a refusal where it belongs. */
export type RefusedDetails = {
  /** From the arguments to the wrong field: `['input', 'checkOut']`. */
  path?: readonly string[];
  limits?: RefusedLimits;
};

/**
 * An expected no. It is a value, never thrown: why, for a program, and in a sentence for a user.
 */
export type Refused<Reason extends string = string> = RefusedDetails & {
  refused: true;
  reason: Reason;
  message: string;
  /** Everything else that is wrong with the same input. */
  also?: readonly Refused<Reason>[];
};

/**
 * Makes the refusals of one service.
 * @param messages what a user reads for each reason; a new reason is a new line
 * @param fields the field of the input that is to blame for a reason, where it is always the same
 * @returns makes a refusal with the sentence of its reason, or with a more exact one
 */
export const refusals =
  <Reason extends string>(
    messages: Readonly<Record<Reason, string>>,
    fields?: Readonly<Partial<Record<Reason, string>>>,
  ) =>
  (
    reason: Reason,
    message: string = messages[reason],
    details: RefusedDetails = {},
  ): Refused<Reason> => ({
    refused: true,
    reason,
    message,
    ...blame(fields?.[reason]),
    ...details,
  });

const blame = (field: string | undefined): RefusedDetails =>
  field === undefined ? {} : { path: ['input', field] };

/** One refusal of several: the first, with all others in `also`; undefined if nothing is wrong. */
export function allRefused<R extends Refused>(wrong: readonly R[]): R | undefined {
  const [first, ...also] = wrong;
  return first && (also.length > 0 ? { ...first, also } : first);
}

/** Tells a refusal from what was asked for. */
export const isRefused = <Result extends object>(
  result: Result,
): result is Extract<Result, Refused> => 'refused' in result;

/**
 * Resolvers of the fields of the schema's interface `Refused`, for every type that implements it.
 */
export const refusedFields = {
  code: ({ reason }: Refused): string => reason,
  path: ({ path }: Refused): string[] | null => (path ? [...path] : null),
  limits: ({ limits }: Refused): RefusedLimits | null => limits ?? null,
  also: <R extends Refused>({ also }: R): R[] => [...((also ?? []) as R[])],
};
