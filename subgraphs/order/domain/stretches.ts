import { addDays, datesBetween } from '../../../runtime/calendar.ts';

/** Nights in a row: from the first one up to, but not including, `to`. */
export type Stretch = { from: string; to: string };

/** The longest rows that nights make, in ascending order. */
export function stretchesOf(nights: readonly string[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const night of [...new Set(nights)].sort()) {
    const last = stretches.at(-1);
    if (last?.to === night) last.to = addDays(night, 1);
    else stretches.push({ from: night, to: addDays(night, 1) });
  }
  return stretches;
}

/** The nights of stretches that lie within another one, each once, in ascending order. */
export function nightsWithin(stretches: readonly Stretch[], window: Stretch): string[] {
  const nights = stretches.flatMap(({ from, to }) =>
    datesBetween(from > window.from ? from : window.from, to < window.to ? to : window.to),
  );
  return [...new Set(nights)].sort();
}
