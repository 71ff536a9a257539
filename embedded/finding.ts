/** What was looked at. With `todo`, something is wrong, and this is what to do about it. */
export type Finding = { what: string; todo?: string };

export const pageOf = (alert: string) => `See ops/runbooks/${alert}.md.`;
