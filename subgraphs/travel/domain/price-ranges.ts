const series = [1, 2, 5];
const lowestPower = 2;
const powers = 10;

/**
 * Where ranges of prices begin, in minor units: 0, and round amounts of one, two and five by powers
 * of ten. They are the same for every search, so that a count stays where it is from one to the
 * next.
 */
export const priceRungs: readonly number[] = [
  0,
  ...Array.from({ length: powers }, (_, power) =>
    series.map((times) => times * 10 ** (power + lowestPower)),
  ).flat(),
];

/** Where the next range begins; null after the last. */
export const nextRung = (from: number): number | null =>
  priceRungs[priceRungs.indexOf(from) + 1] ?? null;
