import { rules as styleRules } from './lint.ts';
import { rules } from './rules.ts';

export type Explained = {
  rule: string;
  what: string;
  why: string;
  mend: string;
  /** Where more is written. */
  link?: string;
};

/**
 * Says of a rule what it finds, why that matters, and what to do. A name that is not ours is one of
 * composition's.
 */
export function explainedRule(rule: string): Explained {
  const known = rules[rule];
  if (known) return { rule, ...known };
  const style = styleRules[rule];
  if (style) return { rule, what: style.what, why: style.why, mend: style.advice };
  const link = `https://www.apollographql.com/docs/graphos/reference/federation/errors#${rule.toLowerCase()}`;
  return {
    rule,
    what: `Composition reports ${rule}.`,
    why: 'Its message says what it is about.',
    mend: '',
    link,
  };
}

/** What `--explain RULE` prints; undefined where there is no such rule. */
export function explain(rule: string): string | undefined {
  if (!rules[rule] && !styleRules[rule] && !/^[A-Z][A-Z_]+$/.test(rule)) return undefined;
  const { what, why, mend, link } = explainedRule(rule);
  return [
    rule,
    '',
    what,
    why,
    ...(mend ? ['', `What to do: ${mend}`] : []),
    ...(link ? ['', link] : []),
  ]
    .filter((line, index, all) => line !== '' || all[index - 1] !== '')
    .join('\n');
}

/** The names of all rules that are ours. */
export const ruleNames = (): string[] => [...Object.keys(rules), ...Object.keys(styleRules)];
