export type Matcher = { label: string; operator: '=' | '!=' | '=~' | '!~'; value: string };
export type Selector = { kind: 'selector'; name: string; matchers: Matcher[] };
/** How a counter grew, or how often a value changed, within so many seconds. */
export type RangeFunction = { kind: 'increase' | 'changes'; of: Selector; seconds: number };
export type Expression =
  | { kind: 'number'; value: number }
  | { kind: 'time' }
  | Selector
  | RangeFunction
  | { kind: 'absent'; of: Selector }
  | { kind: 'abs'; of: Expression }
  | { kind: 'quantile'; of: Expression }
  | { kind: 'aggregate'; operation: 'sum' | 'max' | 'min'; by: string[]; of: Expression }
  | { kind: 'binary'; operator: string; left: Expression; right: Expression };

const tokens =
  /\s*(?:(\d+(?:\.\d+)?[a-z]*)|([A-Za-z_][\w:]*)|("(?:[^"]*)")|(=~|!~|!=|[-+*/()<>={},[\]]))/y;

const split = (text: string): string[] => {
  const found: string[] = [];
  tokens.lastIndex = 0;
  while (tokens.lastIndex < text.trimEnd().length) {
    const match = tokens.exec(text);
    if (!match) throw new Error(`not PromQL that we know: ${text}`);
    found.push(match[0].trim());
  }
  return found;
};

const functionsOfRange: Record<string, RangeFunction['kind']> = {
  increase: 'increase',
  rate: 'increase',
  changes: 'changes',
};
const unitSeconds: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** A length of time such as `5m`, in seconds. */
export const secondsOf = (text: string): number => {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (unitSeconds[unit ?? ''] ?? Number.NaN);
  if (Number.isNaN(seconds)) throw new Error(`not a length of time that we know: ${text}`);
  return seconds;
};

const isOperation = (token: string): token is 'sum' | 'max' | 'min' =>
  ['sum', 'max', 'min'].includes(token);

const levels = [['or'], ['>', '<'], ['+', '-'], ['*', '/']];

/**
 * Parses the part of PromQL that our alerts and dashboards use. @throws if it is anything else
 */
export function parseExpression(text: string): Expression {
  const rest = split(text);
  const peek = () => rest[0];
  const take = (wanted?: string): string => {
    const token = rest.shift();
    if (token === undefined || (wanted !== undefined && token !== wanted))
      throw new Error(`${wanted ?? 'more'} is missing in: ${text}`);
    return token;
  };
  const list = <Item>(close: string, item: () => Item): Item[] => {
    const items: Item[] = [];
    while (peek() !== close) {
      items.push(item());
      if (peek() === ',') take();
    }
    take(close);
    return items;
  };
  const inParentheses = <Inner>(inner: () => Inner): Inner => {
    take('(');
    const found = inner();
    take(')');
    return found;
  };
  const matcher = (): Matcher => ({
    label: take(),
    operator: take() as Matcher['operator'],
    value: JSON.parse(take()),
  });
  const selector = (name: string): Selector => {
    if (peek() !== '{') return { kind: 'selector', name, matchers: [] };
    take('{');
    return { kind: 'selector', name, matchers: list('}', matcher) };
  };
  const range = (kind: RangeFunction['kind']): RangeFunction => {
    const of = selector(take());
    take('[');
    const seconds = secondsOf(take());
    take(']');
    return { kind, of, seconds };
  };
  const byLabels = (): string[] => {
    if (peek() !== 'by') return [];
    take('by');
    take('(');
    return list(')', () => take());
  };
  const aggregate = (operation: 'sum' | 'max' | 'min'): Expression => {
    const by = byLabels();
    return { kind: 'aggregate', operation, by, of: inParentheses(() => binary(0)) };
  };
  const quantile = (): Expression =>
    inParentheses(() => {
      take();
      take(',');
      return { kind: 'quantile', of: binary(0) };
    });
  const call = (name: string): Expression | undefined => {
    if (name === 'histogram_quantile') return quantile();
    if (name === 'abs') return { kind: 'abs', of: inParentheses(() => binary(0)) };
    if (name === 'absent') return { kind: 'absent', of: inParentheses(() => selector(take())) };
    const ofRange = functionsOfRange[name];
    return ofRange && inParentheses(() => range(ofRange));
  };
  const primary = (): Expression => {
    if (peek() === '(') return inParentheses(() => binary(0));
    const token = take();
    if (/^\d/.test(token)) return { kind: 'number', value: Number(token) };
    if (token === 'time') return inParentheses(() => ({ kind: 'time' }) as const);
    if (isOperation(token)) return aggregate(token);
    return call(token) ?? selector(token);
  };
  const binary = (level: number): Expression => {
    const operators = levels[level];
    if (!operators) return primary();
    let left = binary(level + 1);
    while (operators.includes(peek() ?? '')) {
      const operator = take();
      left = { kind: 'binary', operator, left, right: binary(level + 1) };
    }
    return left;
  };
  const expression = binary(0);
  if (rest.length > 0) throw new Error(`${rest.join(' ')} is too much in: ${text}`);
  return expression;
}

/** An expression, and all that it is made of. */
function partsOf(node: Expression): Expression[] {
  if (node.kind === 'binary') return [node, ...partsOf(node.left), ...partsOf(node.right)];
  return 'of' in node ? [node, ...partsOf(node.of)] : [node];
}

/** The names of the metrics that an expression reads. */
export const metricsIn = (expression: Expression): string[] =>
  partsOf(expression).flatMap((part) => (part.kind === 'selector' ? part.name : []));

/** How many seconds an expression looks back. */
export const rangeOf = (expression: Expression): number =>
  Math.max(...partsOf(expression).map((part) => ('seconds' in part ? part.seconds : 0)));

/** A label that an expression reads of a metric: it selects or groups by it. */
export type LabelRead = { metric: string; label: string };

/** The labels that an expression reads. */
export function labelsRead(node: Expression, by: readonly string[] = []): LabelRead[] {
  if (node.kind === 'selector')
    return [...node.matchers.map(({ label }) => label), ...by].map((label) => ({
      metric: node.name,
      label,
    }));
  if (node.kind === 'binary') return [...labelsRead(node.left, by), ...labelsRead(node.right, by)];
  if (!('of' in node)) return [];
  return labelsRead(node.of, node.kind === 'aggregate' ? node.by : by);
}

/** The labels that the values of an expression have. */
export function labelsLeft(
  node: Expression,
  labelsOf: (metric: string) => readonly string[],
): readonly string[] {
  if (node.kind === 'selector') return labelsOf(node.name);
  if (node.kind === 'aggregate') return node.by;
  if (node.kind === 'binary')
    return [node.left, node.right].flatMap((side) => labelsLeft(side, labelsOf));
  return 'of' in node ? labelsLeft(node.of, labelsOf) : [];
}
