import { type Expression, parseExpression, type Selector } from './promql-parser.ts';

/** What Prometheus has of one scrape of all processes. */
export type Scrape = { at: number; samples: readonly Sample[] };
export type Labels = Readonly<Record<string, string>>;
export type Sample = { name: string; labels: Labels; value: number };

/** A value for each set of labels. */
type Vector = readonly { labels: Labels; value: number }[];

/**
 * Evaluates the part of PromQL that our alerts and dashboards use, over scrapes in order of time, at
 * the time of the last. A counter that is absent in the first scrape counts from 0.
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
      return increase(node.of, scrapes);
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

function increase(selector: Selector, scrapes: readonly Scrape[]): Vector {
  const first = select(selector, scrapes[0]);
  return select(selector, scrapes.at(-1)).map(({ labels, value }) => {
    const before = first.find((one) => keyOf(one.labels) === keyOf(labels))?.value ?? 0;
    return { labels, value: value < before ? value : value - before };
  });
}

const keyOf = (labels: Labels): string => JSON.stringify(Object.entries(labels).sort());

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
