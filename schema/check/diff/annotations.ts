import { accessDirectives } from '../../../runtime/access.ts';
import type { SchemaChange } from './change.ts';
import type { Ownership } from './ownership.ts';
import { applied, isInaccessible, type SupergraphElement } from './supergraph-elements.ts';

/**
 * Compares what is written on elements that are there before and after: rights, tags, costs, how
 * long they are kept, and what clients see.
 */
export const annotationChanges = (before: Ownership, after: Ownership): SchemaChange[] =>
  [...after.elements].flatMap(([at, now]) => {
    const old = before.elements.get(at);
    if (!old) return [];
    return [
      ...accessChanges(old, now),
      ...tagChanges(old, now),
      ...costChanges(old, now),
      ...cacheChanges(old, now),
      ...visibility(old, now),
    ];
  });

/**
 * Who may ask: every list is enough by itself, and needs all that it names. No list at all:
 * everybody may.
 */
type Access = readonly (readonly string[])[] | undefined;

function accessOf(
  element: SupergraphElement,
  directive: (typeof accessDirectives)[number],
): Access {
  const [written] = applied(element.directives, directive);
  if (!written) return undefined;
  return directive === 'authenticated'
    ? [[]]
    : ((written.scopes ?? written.policies) as string[][]);
}

function accessChanges(old: SupergraphElement, now: SupergraphElement): SchemaChange[] {
  return accessDirectives.flatMap((directive): SchemaChange[] => {
    const [before, after] = [accessOf(old, directive), accessOf(now, directive)];
    const [opened, closed] = [!admitsAll(before, after), !admitsAll(after, before)];
    const { at } = now;
    const words = `@${directive} of ${at} changes from ${accessText(before)} to ${accessText(after)}`;
    return [
      ...(closed
        ? [
            {
              rule: 'ACCESS_CLOSED',
              impact: 'breaking' as const,
              at,
              message: `${words}: some may no longer ask for it.`,
              touches: [at, `out:${at}`],
            },
          ]
        : []),
      ...(opened
        ? [
            {
              rule: 'ACCESS_OPENED',
              impact: 'breaking' as const,
              at,
              message: `${words}: some may ask for it who could not.`,
              touches: [],
            },
          ]
        : []),
    ];
  });
}

/** Whether `one` lets in everybody whom `other` lets in. */
const admitsAll = (one: Access, other: Access): boolean => {
  if (one === undefined) return true;
  if (other === undefined) return false;
  return other.every((needs) =>
    one.some((enough) => enough.every((scope) => needs.includes(scope))),
  );
};

const accessText = (access: Access): string => {
  if (access === undefined) return 'nothing';
  return access.map((all) => all.join(' and ') || 'signed in').join(', or ') || 'nobody';
};

const namesOf = ({ directives }: SupergraphElement): string[] =>
  applied(directives, 'tag').map(({ name }) => String(name));

function tagChanges(old: SupergraphElement, now: SupergraphElement): SchemaChange[] {
  const { at } = now;
  const [before, after] = [namesOf(old), namesOf(now)];
  const note = (rule: string, name: string, word: string): SchemaChange => {
    const message = `${at} is ${word} tagged "${name}": contracts by that tag change with it.`;
    return { rule, impact: 'safe', at, message, touches: [] };
  };
  return [
    ...after.filter((name) => !before.includes(name)).map((name) => note('TAG_ADDED', name, 'now')),
    ...before
      .filter((name) => !after.includes(name))
      .map((name) => note('TAG_REMOVED', name, 'no longer')),
  ];
}

function costChanges(old: SupergraphElement, now: SupergraphElement): SchemaChange[] {
  return ['cost', 'listSize'].flatMap((directive): SchemaChange[] => {
    const written = (element: SupergraphElement) =>
      JSON.stringify(applied(element.directives, directive)[0] ?? {});
    const [before, after] = [written(old), written(now)];
    if (before === after) return [];
    const { at } = now;
    const message = `@${directive} of ${at} changes from ${before} to ${after}: a limit on costs may refuse what it let pass.`;
    return [{ rule: 'COST_CHANGED', impact: 'dangerous', at, message, touches: [at] }];
  });
}

/** What `@cacheControl` says of an element; undefined where it is not marked. */
const cachingOf = ({ directives }: SupergraphElement): Caching | undefined =>
  applied(directives, 'cacheControl')[0];
type Caching = { maxAge?: number; scope?: string; inheritMaxAge?: boolean };

const isPrivate = (caching: Caching | undefined): boolean => caching?.scope === 'PRIVATE';

/** A leaf without a mark is as old as its object. */
function maxAgeOf(caching: Caching | undefined, at: string): number {
  if (isPrivate(caching)) return 0;
  if (caching?.inheritMaxAge || (!caching && at.includes('.'))) return Number.POSITIVE_INFINITY;
  return caching?.maxAge ?? 0;
}

function cacheChanges(old: SupergraphElement, now: SupergraphElement): SchemaChange[] {
  const [before, after, { at }] = [cachingOf(old), cachingOf(now), now];
  const [from, to] = [JSON.stringify(before ?? {}), JSON.stringify(after ?? {})];
  if (from === to) return [];
  const words = `@cacheControl of ${at} changes from ${from} to ${to}`;
  if (isPrivate(before) && !isPrivate(after)) {
    const message = `${words}: what was for its caller alone may be given to others.`;
    return [{ rule: 'CACHE_OPENED', impact: 'breaking', at, message, touches: [] }];
  }
  const isOlder = maxAgeOf(after, at) > maxAgeOf(before, at);
  const message = `${words}${isOlder ? ': an answer may be older than before' : ''}.`;
  const [impact, touches] = isOlder
    ? (['dangerous', [at, `out:${at}`]] as const)
    : (['safe', []] as const);
  return [{ rule: 'CACHE_CHANGED', impact, at, message, touches: [...touches] }];
}

function visibility(old: SupergraphElement, now: SupergraphElement): SchemaChange[] {
  const [before, after, { at }] = [isInaccessible(old), isInaccessible(now), now];
  if (before === after) return [];
  return after
    ? [
        {
          rule: 'HIDDEN',
          impact: 'safe',
          at,
          message: `${at} is now @inaccessible: services can ask for it, clients cannot.`,
          touches: [],
        },
      ]
    : [
        {
          rule: 'REVEALED',
          impact: 'dangerous',
          at,
          message: `${at} was @inaccessible and is now open to clients: is it guarded for them?`,
          touches: [],
        },
      ];
}
