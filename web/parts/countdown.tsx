import { useEffect, useState } from 'preact/hooks';
import { now } from '../api/clock.ts';

const two = (value: number) => String(value).padStart(2, '0');

/**
 * Counts down to an instant by the server's clock. Screen readers get the deadline itself, not
 * every second of it.
 */
export function Countdown({ to }: { to: string }) {
  const [, render] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => render((count) => count + 1), 250);
    return () => clearInterval(timer);
  }, []);
  const seconds = Math.max(0, Math.ceil((Date.parse(to) - now()) / 1_000));
  return (
    <span class={seconds <= 60 ? 'countdown soon' : 'countdown'} role="timer" aria-live="off">
      {two(Math.floor(seconds / 60))}:{two(seconds % 60)}
    </span>
  );
}
