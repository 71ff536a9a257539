/** An action: its first parameter is what it needs, the others are its arguments. */
type Action = (needs: never, ...args: never[]) => unknown;

/** What all of these actions need together. */
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
 * It compiles only if `needs` has everything that any of the actions names.
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
