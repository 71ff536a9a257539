import { parseSync } from '@swc/core';

/**
 * One small change of a source text: what stands from `start` to `end` is replaced. Both count
 * bytes of UTF-8.
 */
export type Mutant = { start: number; end: number; replacement: string; kind: string };

type Span = { start: number; end: number };
type Node = { type: string; span: Span } & Record<string, unknown>;

const otherOperators: Record<string, string[]> = {
  '===': ['!=='],
  '!==': ['==='],
  '<': ['<=', '>='],
  '<=': ['<', '>'],
  '>': ['>=', '<='],
  '>=': ['>', '<'],
  '&&': ['||'],
  '||': ['&&'],
  '+': ['-'],
  '-': ['+'],
  '*': ['/'],
  '/': ['*'],
  '%': ['*'],
};
const otherCalls = new Map([
  ['some', 'every'],
  ['every', 'some'],
  ['min', 'max'],
  ['max', 'min'],
  ['floor', 'ceil'],
  ['ceil', 'floor'],
]);
// swc counts bytes from 1.
const base = 1;
// A call of these changes nothing that the program means. A failpoint does nothing without a test.
const logs = ['log', 'info', 'warn', 'error', 'debug', 'addLogFields'];
const withoutEffect = new Set([...logs, 'failpoint']);

/**
 * Every mutant of a TypeScript source: operators, conditions, literals, dropped awaits and dropped
 * statements.
 */
export function mutantsOf(source: string): Mutant[] {
  const bytes = Buffer.from(source);
  const module = parseSync(source, { syntax: 'typescript', target: 'es2023' });
  const text = ({ start, end }: Span) => bytes.subarray(start - base, end - base).toString();
  const found: Mutant[] = [];
  const replace = (span: Span, replacement: string, kind: string) =>
    found.push({ start: span.start - base, end: span.end - base, replacement, kind });

  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const item of value) visit(item);
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const node = value as Node;
    if (meansNothing(node)) return;
    mutate(node, replace, text);
    for (const [key, child] of Object.entries(node)) if (key !== 'span') visit(child);
  };
  visit(module.body);
  return found;
}

type Replace = (span: Span, replacement: string, kind: string) => void;
type Text = (span: Span) => string;

const meansNothing = (node: Node) => isType(node) || isWithoutEffect(node);

const isType = ({ type = '' }: Partial<Node>) =>
  (/^Ts|^Import|^Export(All|Named)/.test(type) && !/^Ts(As|Satisfies|NonNull|Const)/.test(type)) ||
  type === 'TemplateElement';

function mutate(node: Node, replace: Replace, text: Text): void {
  const part = (name: string) => node[name] as Node;
  const spanOf = (name: string): Span => part(name).span;
  switch (node.type) {
    case 'BinaryExpression': {
      const [left, right] = [text(spanOf('left')), text(spanOf('right'))];
      for (const other of otherOperators[String(node.operator)] ?? [])
        replace(node.span, `(${left} ${other} ${right})`, `${node.operator} is ${other}`);
      if (node.operator === '??') replace(node.span, `(${left})`, 'without ??');
      break;
    }
    case 'IfStatement':
    case 'ConditionalExpression':
      for (const fixed of ['true', 'false'])
        replace(spanOf('test'), fixed, `${fixed} as condition`);
      break;
    case 'UnaryExpression':
      if (node.operator === '!') replace(node.span, text(spanOf('argument')), 'without !');
      break;
    case 'BooleanLiteral':
      replace(node.span, String(!node.value), `${node.value} is ${!node.value}`);
      break;
    case 'NumericLiteral':
      replace(node.span, String(Number(node.value) + 1), `${node.value} + 1`);
      break;
    case 'AwaitExpression':
      replace(node.span, `(${text(spanOf('argument'))})`, 'without await');
      break;
    case 'ExpressionStatement':
      replace(node.span, ';', 'without the statement');
      break;
    case 'MemberExpression': {
      const other = otherCalls.get(String(part('property').value));
      if (other) replace(spanOf('property'), other, `${other} for ${part('property').value}`);
      break;
    }
  }
}

function isWithoutEffect({ type, expression }: Node): boolean {
  if (type !== 'ExpressionStatement') return false;
  const { argument = expression } = expression as { argument?: unknown };
  const { callee = {} } = argument as { callee?: { value?: string; property?: Node } };
  return withoutEffect.has(String(callee.property?.value ?? callee.value));
}

/** The source with one mutant in it. */
export function withMutant(source: string, { start, end, replacement }: Mutant): string {
  const bytes = Buffer.from(source);
  return `${bytes.subarray(0, start)}${replacement}${bytes.subarray(end)}`;
}

/** The line of a source, from 1, in which a mutant begins. */
export const lineOf = (source: string, { start }: Mutant): number =>
  Buffer.from(source).subarray(0, start).toString().split('\n').length;
