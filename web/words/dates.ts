const dayMs = 86_400_000;

/** Calendar dates are texts such as `2026-12-31`; these functions count with them. */
export const addDays = (date: string, days: number): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) + days * dayMs).toISOString().slice(0, 10);

export const nightsBetween = (from: string, to: string): number =>
  Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / dayMs);

/** Today's date in a time zone; in the browser's own by default. */
export const today = (timeZone?: string): string =>
  new Intl.DateTimeFormat('en-CA', { timeZone }).format(new Date());

export const firstOfMonth = (date: string): string => `${date.slice(0, 7)}-01`;

export const addMonths = (date: string, months: number): string => {
  const [year = 0, month = 1] = date.split('-').map(Number);
  return new Date(Date.UTC(year, month - 1 + months, 1)).toISOString().slice(0, 10);
};

/** The dates from the first up to, and without, the last. */
export const datesBetween = (from: string, to: string): string[] =>
  Array.from({ length: Math.max(0, nightsBetween(from, to)) }, (_, index) => addDays(from, index));
