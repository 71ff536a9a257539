import type { Impact } from '../report.ts';

/** One change between two schemas. */
export type SchemaChange = {
  rule: string;
  impact: Impact;
  /** The coordinate of the element that changed; of something removed, the coordinate it had. */
  at: string;
  message: string;
  /** Whose uses the change touches, as keys of `Usage`. */
  touches: readonly string[];
};

/** What is in both lists, in one alone, and in the other alone, by name. */
export function compareByName<T extends { name: string }>(
  before: readonly T[],
  after: readonly T[],
) {
  const [old, now] = [
    new Map(before.map((one) => [one.name, one])),
    new Map(after.map((one) => [one.name, one])),
  ];
  return {
    removed: before.filter(({ name }) => !now.has(name)),
    added: after.filter(({ name }) => !old.has(name)),
    kept: after.flatMap((one): [T, T][] => {
      const former = old.get(one.name);
      return former ? [[former, one]] : [];
    }),
  };
}
