/** One of the things that a header such as `Accept` names, in lower case. */
export type AcceptedRange = {
  name: string;
  parameters: string[];
  /** From 0, for what is not accepted, to 1. */
  weight: number;
};

/** Reads a header such as `Accept` or `Accept-Encoding`, in the order given. */
export const acceptedRanges = (header: string): AcceptedRange[] =>
  header.split(',').map((range) => {
    const [name = '', ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = Number(parameters.find((part) => part.startsWith('q='))?.slice(2) ?? 1);
    return { name, parameters, weight };
  });
