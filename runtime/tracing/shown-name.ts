/** A client may give its operation a name of any length: logs and traces show so many characters. */
const longestShown = 100;

/** The name of an operation, as far as logs and traces show it. */
export const shownName = (name: string): string => name.slice(0, longestShown);
