import { useEffect, useState } from 'preact/hooks';
import type { OrderState } from '../api/generated.ts';
import { en, type Words } from './en.ts';

export type Language = 'en' | 'zh';
const key = 'homestay-language';
let words: Words = en;
let language: Language = 'en';
const listeners = new Set<() => void>();

/** The sentence of a name, with its values filled in. `one|many` is chosen by the value `count`. */
export const t = (
  name: { [Key in keyof Words]: Words[Key] extends string ? Key : never }[keyof Words],
  values: Record<string, string | number> = {},
): string => {
  const [one = '', many = one] = words[name].split('|');
  const text = values.count === 1 ? one : many;
  return text.replace(/\{(\w+)\}/g, (_, value: string) => String(values[value] ?? ''));
};

/**
 * The word for one of the API's values: a state, a cause, a code. A value without a word shows the
 * API's own text.
 */
export const wordOf = (
  kind: { [Key in keyof Words]: Words[Key] extends string ? never : Key }[keyof Words],
  value: string,
  otherwise: string = value,
): string => (words[kind] as Record<string, string>)[value] ?? otherwise;

/** The states of an order, in the order in which they come. */
export const orderStates = Object.keys(en.state) as OrderState[];

/** The locale in which dates and money are written. */
export const locale = (): string => (language === 'zh' ? 'zh-CN' : 'en-GB');

export const preferredLanguage = (): Language =>
  (localStorage.getItem(key) ?? navigator.language).startsWith('zh') ? 'zh' : 'en';

/** Changes the language of every page. Chinese is loaded when it is first chosen. */
export async function speak(next: Language): Promise<void> {
  words = next === 'zh' ? (await import('./zh.ts')).zh : en;
  language = next;
  localStorage.setItem(key, next);
  document.documentElement.lang = locale();
  for (const listener of listeners) listener();
}

/** The language in use; renders again when it changes. */
export function useLanguage(): Language {
  const [, render] = useState(0);
  useEffect(() => {
    const listener = () => render((count) => count + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return language;
}
