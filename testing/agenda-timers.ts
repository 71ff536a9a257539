/*
 * Behind each job it has run, Agenda leaves a timer of half a lock's lifetime, which keeps the
 * process alive for seconds. Here those timers keep nothing alive, so that jest's warning about a
 * run that does not end means a fault of ours.
 */
const set = globalThis.setTimeout;

/** Shorter timers are none of those. To look who sets each timer took a hundredth of a run. */
const shortestMs = 1_000;

const setTimeoutOrUnref = (...args: Parameters<typeof set>) => {
  const timer = set(...args);
  if (Number(args[1]) >= shortestMs && isOfAgenda(callers())) timer.unref();
  return timer;
};

/** The files of the calls that lead here. A stack as text costs much: it reads source maps. */
function callers(): (string | null | undefined)[] {
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = (_, sites) => sites.map((site) => site.getFileName());
  const files = new Error().stack as unknown as string[];
  Error.prepareStackTrace = prepare;
  return files;
}

const isOfAgenda = (files: (string | null | undefined)[]): boolean =>
  files.some((file) => file && /\bagenda\b.*\bJobProcessor\b/.test(file));

globalThis.setTimeout = Object.defineProperties(
  setTimeoutOrUnref,
  Object.getOwnPropertyDescriptors(set),
) as typeof set;
