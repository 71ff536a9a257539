import type { Caller } from './caller.ts';

/** One of several sets, each of which is enough: `[["a", "b"], ["c"]]` is a and b, or c. */
export type AnyOf = readonly (readonly string[])[];

/**
 * What a caller needs for a field or a type, as `@authenticated`, `@requiresScopes` and `@policy`
 * say it. All of it must hold.
 */
export type Requirement = {
  authenticated: boolean;
  scopes: readonly AnyOf[];
  policies: readonly AnyOf[];
};

/** A directive as it is applied in SDL. */
export type Applied = { name: string; arguments: { scopes?: AnyOf; policies?: AnyOf } };

/** The directives that say what a caller needs. */
export const accessDirectives = ['authenticated', 'requiresScopes', 'policy'] as const;

/** What directives require; undefined if they require nothing. */
export function requirementOf(directives: readonly Applied[]): Requirement | undefined {
  const parts = directives.flatMap(({ name, arguments: given }): Requirement[] => {
    if (name === 'authenticated') return [{ authenticated: true, scopes: [], policies: [] }];
    if (name === 'requiresScopes')
      return [{ authenticated: true, scopes: [given.scopes ?? []], policies: [] }];
    return name === 'policy'
      ? [{ authenticated: false, scopes: [], policies: [given.policies ?? []] }]
      : [];
  });
  return allOf(parts);
}

/** All of several requirements; undefined if there is none. */
export function allOf(parts: readonly (Requirement | undefined)[]): Requirement | undefined {
  const given = parts.filter((part) => part !== undefined);
  if (given.length === 0) return undefined;
  return {
    authenticated: given.some(({ authenticated }) => authenticated),
    scopes: given.flatMap(({ scopes }) => scopes),
    policies: given.flatMap(({ policies }) => policies),
  };
}

/** Whether a caller has what is needed. A policy is the role of the same name. */
export function isMet(
  { authenticated, scopes, policies }: Requirement,
  { userId, scopes: held = [], roles }: Caller,
): boolean {
  if (authenticated && userId === undefined) return false;
  return (
    scopes.every((needed) => hasOne(needed, held)) &&
    policies.every((needed) => hasOne(needed, roles))
  );
}

const hasOne = (needed: AnyOf, held: readonly string[]): boolean =>
  needed.some((all) => all.every((one) => held.includes(one)));
