/** How many times this module's state has changed. */
export const seen: string[] = [];
