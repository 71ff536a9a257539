let ahead = 0;

/**
 * The server's time now, in milliseconds: a phone whose clock is wrong still counts down rightly.
 */
export const now = (): number => Date.now() + ahead;

/**
 * Takes the server's time from a response. Its `Date` header has whole seconds; half a second is
 * its best guess.
 */
export function readServerDate(response: Response): void {
  const date = Date.parse(response.headers.get('date') ?? '');
  if (Number.isNaN(date)) return;
  const off = date + 500 - Date.now();
  // Within the header's own precision the local clock is as good.
  ahead = Math.abs(off) > 1_500 ? off : 0;
}
