import {
  type Expression,
  parseExpression,
  type RangeFunction,
  type Selector,
} from './promql-parser.ts';

/** What Prometheus has of one scrape of all processes. */
export type Scrape = { at: number; samples: readonly Sample[] };
export type Labels = Readonly<Record<string, string>>;
export type Sample = { name: string; labels: Labels; value: number };

/** A value for each set of labels. */
export type Vector = readonly { labels: Labels; value: number }[];

/**
 * Evaluates the part of PromQL that our alerts and dashboards use, over scrapes in order of time,
 * at the time of the last. As in Prometheus, a counter grows from its first sample; unlike there, an
 * increase is not extrapolated to the ends of its range.
 */
export function evaluate(text: string, scrapes: readonly Scrape[]): Vector {
  return vectorOf(parseExpression(text), scrapes);
}

function vectorOf(node: Expression, scrapes: readonly Scrape[]): Vector {
  switch (node.kind) {
    case 'number':
      return [{ labels: {}, value: node.value }];
    case 'time':
      return [{ labels: {}, value: scrapes.at(-1)?.at ?? 0 }];
    case 'selector':
      return select(node, scrapes.at(-1));
    case 'increase':
    case 'changes':
      return overRange(node, scrapes);
    case 'absent':
      return select(node.of, scrapes.at(-1)).length > 0
        ? []
        : [{ labels: known(node.of), value: 1 }];
    case 'abs':
      return vectorOf(node.of, scrapes).map((one) => ({ ...one, value: Math.abs(one.value) }));
    case 'aggregate':
      return aggregate(node, vectorOf(node.of, scrapes));
    case 'quantile':
      throw new Error('a quantile is for dashboards and is not evaluated');
    case 'binary':
      return binary(node, vectorOf(node.left, scrapes), vectorOf(node.right, scrapes));
  }
}

const matches = (labels: Labels, { matchers }: Selector): boolean =>
  matchers.every(({ label, operator, value }) => {
    const has = labels[label] ?? '';
    const same = operator.includes('~') ? new RegExp(`^(?:${value})$`).test(has) : has === value;
    return operator.startsWith('!') ? !same : same;
  });

const select = (selector: Selector, scrape: Scrape | undefined): Vector =>
  (scrape?.samples ?? []).filter(
    ({ name, labels }) => name === selector.name && matches(labels, selector),
  );

/** The labels that a selector says for sure. */
const known = ({ matchers }: Selector): Labels =>
  Object.fromEntries(
    matchers.filter(({ operator }) => operator === '=').map(({ label, value }) => [label, value]),
  );

/** Between two samples of one series. */
const steps: Record<RangeFunction['kind'], (before: number, after: number) => number> = {
  // A counter that is smaller than before began anew.
  increase: (before, after) => (after < before ? after : after - before),
  changes: (before, after) => (before === after ? 0 : 1),
};

function overRange({ kind, of, seconds }: RangeFunction, scrapes: readonly Scrape[]): Vector {
  const begin = (scrapes.at(-1)?.at ?? 0) - seconds;
  const series = new Map<string, { labels: Labels; last: number; sum?: number }>();
  for (const scrape of scrapes.filter(({ at }) => at >= begin))
    for (const { labels, value } of select(of, scrape)) {
      const one = series.get(keyOf(labels));
      if (!one) series.set(keyOf(labels), { labels, last: value });
      else Object.assign(one, { last: value, sum: (one.sum ?? 0) + steps[kind](one.last, value) });
    }
  return [...series.values()].flatMap(({ labels, sum }) =>
    sum === undefined ? [] : [{ labels, value: sum }],
  );
}

/** The same for equal labels. */
export const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

const operations = {
  sum: (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0),
  max: (values: readonly number[]) => Math.max(...values),
  min: (values: readonly number[]) => Math.min(...values),
};

function aggregate({ operation, by }: Extract<Expression, { kind: 'aggregate' }>, of: Vector) {
  const groups = new Map<string, { labels: Labels; values: number[] }>();
  for (const { labels, value } of of) {
    const kept = Object.fromEntries(by.map((label) => [label, labels[label] ?? '']));
    const group = groups.get(keyOf(kept)) ?? { labels: kept, values: [] };
    group.values.push(value);
    groups.set(keyOf(kept), group);
  }
  return [...groups.values()].map(({ labels, values }) => ({
    labels,
    value: operations[operation](values),
  }));
}

const arithmetic: Record<string, (a: number, b: number) => number> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
};
const comparisons: Record<string, (a: number, b: number) => boolean> = {
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
};

function binary(
  { operator, left, right }: Extract<Expression, { kind: 'binary' }>,
  a: Vector,
  b: Vector,
): Vector {
  if (operator === 'or') return [...a, ...withoutLabelsOf(a, b)];
  const scalar = (node: Expression) => node.kind === 'number' || node.kind === 'time';
  const pairs = a.flatMap((one) =>
    b
      .filter((other) => scalar(left) || scalar(right) || keyOf(one.labels) === keyOf(other.labels))
      .map((other) => ({ labels: scalar(left) ? other.labels : one.labels, one, other })),
  );
  const compare = comparisons[operator];
  if (compare)
    return pairs
      .filter(({ one, other }) => compare(one.value, other.value))
      .map(({ labels, one }) => ({ labels, value: one.value }));
  const compute = arithmetic[operator] as (a: number, b: number) => number;
  return pairs.map(({ labels, one, other }) => ({
    labels,
    value: compute(one.value, other.value),
  }));
}

const withoutLabelsOf = (a: Vector, b: Vector): Vector => {
  const taken = new Set(a.map(({ labels }) => keyOf(labels)));
  return b.filter(({ labels }) => !taken.has(keyOf(labels)));
};
