/**
 * The whole seconds that are left until an instant. A deadline is a whole second, up to one second
 * later than what was promised. So a second that has begun counts as gone: a promise of 20 minutes
 * never begins with 20:01.
 */
export const secondsLeft = (to: string, now: number): number =>
  Math.max(0, Math.floor((Date.parse(to) - now) / 1_000));

/** As a clock shows it. */
export const minutesAndSeconds = (seconds: number): string =>
  `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;

const two = (value: number) => String(value).padStart(2, '0');
