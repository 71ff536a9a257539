/** Something that can be asked: what it needs comes first, then what it is asked with. */
type Action = (needs: never, ...args: never[]) => unknown;

/** Everything that these actions need, taken together. */
export type NeedsOf<Actions extends Record<string, Action>> = Actions[keyof Actions] extends (
  needs: infer Needs,
  ...args: never[]
) => unknown
  ? Needs
  : never;

/** The same actions without their first parameter. */
export type Bound<Actions extends Record<string, Action>> = {
  [Name in keyof Actions]: Actions[Name] extends (needs: never, ...args: infer Args) => infer Result
    ? (...args: Args) => Result
    : never;
};

/**
 * Gives every action what it needs, so that a resolver passes only its arguments.
 * `needs` must hold everything that any of the actions names, or it does not compile.
 */
export function bind<Actions extends Record<string, Action>>(
  needs: NeedsOf<Actions>,
  actions: Actions,
): Bound<Actions> {
  const bound = Object.entries(actions).map(([name, action]) => [
    name,
    (...args: never[]) => action(needs as never, ...args),
  ]);
  return Object.fromEntries(bound) as Bound<Actions>;
}
