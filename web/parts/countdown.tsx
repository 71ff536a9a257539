import { useEffect, useState } from 'preact/hooks';
import { now } from '../api/clock.ts';
import { minutesAndSeconds, secondsLeft } from './time-left.ts';

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
  const seconds = secondsLeft(to, now());
  return (
    <span class={seconds <= 60 ? 'countdown soon' : 'countdown'} role="timer" aria-live="off">
      {minutesAndSeconds(seconds)}
    </span>
  );
}
