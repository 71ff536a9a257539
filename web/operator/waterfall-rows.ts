import type { KeptSpan } from '../api/traces.ts';

export type WaterfallRow = Omit<KeptSpan, 'parent'> & {
  /** How many parts it is inside of. */
  depth: number;
  /** Where its bar begins and how long it is, in hundredths of the whole. */
  left: number;
  width: number;
};

const narrowest = 0.5;

/** The parts of an operation, each below the one that it is a part of, in the order they began. */
export function waterfallRows(spans: readonly KeptSpan[]): WaterfallRow[] {
  const whole = Math.max(spans[0]?.ms ?? 0, 1e-3);
  const hundredths = (ms: number) => Math.min(100, Math.max(0, (ms / whole) * 100));
  const rowOf = ({ parent, ...span }: KeptSpan, depth: number): WaterfallRow => {
    const left = Math.min(hundredths(span.start), 100 - narrowest);
    const end = hundredths(span.start + (span.ms ?? whole));
    return { ...span, depth, left, width: Math.max(narrowest, end - left) };
  };
  const inside = (parent: number | null, depth: number): WaterfallRow[] =>
    spans
      .map((span, index) => ({ span, index }))
      .filter(({ span }) => span.parent === parent)
      .sort((one, other) => one.span.start - other.span.start)
      .flatMap(({ span, index }) => [rowOf(span, depth), ...inside(index, depth + 1)]);
  return inside(null, 0);
}
