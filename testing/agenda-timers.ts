/*
 * Behind each job it has run, Agenda leaves a timer of half a lock's lifetime, which keeps the
 * process alive for seconds. Here those timers keep nothing alive, so that jest's warning about a
 * run that does not end means a fault of ours.
 */
const set = globalThis.setTimeout;

const setTimeoutOrUnref = (...args: Parameters<typeof set>) => {
  const timer = set(...args);
  if (/\bagenda\b.*\bJobProcessor\b/.test(new Error().stack ?? '')) timer.unref();
  return timer;
};

globalThis.setTimeout = Object.defineProperties(
  setTimeoutOrUnref,
  Object.getOwnPropertyDescriptors(set),
) as typeof set;
