/**
 * Makes a function that runs work for all who ask for it: at most one run is under way and one
 * waits, which everybody joins who asks meanwhile. So a run always begins after it was asked for,
 * and calls that come faster than they are done do not queue up.
 */
export function joinedRuns<T>(): (work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting: Promise<T> | undefined;
  return (work) => {
    if (waiting) return waiting;
    const begin = () => {
      waiting = undefined;
      return work();
    };
    waiting = last.then(begin, begin);
    last = waiting;
    return waiting;
  };
}
