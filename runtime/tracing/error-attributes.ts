import type { Attributes } from './span.ts';

type WithCode = { extensions?: Readonly<Record<string, unknown>> | undefined };

/** The codes of an answer's errors, each once, as a trace shows them. Messages are not shown. */
export function errorAttributes(errors: readonly WithCode[] | undefined): Attributes {
  if (!errors?.length) return {};
  const codes = new Set(errors.map(({ extensions }) => String(extensions?.code ?? 'none')));
  return { 'graphql.error.codes': [...codes].sort().join(), 'graphql.error.count': errors.length };
}
