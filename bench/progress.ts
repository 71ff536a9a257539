/** A benchmark of a run, and how long it should take. */
export type Part = { name: string; what: string; seconds: number };

type Run = {
  parts: readonly Part[];
  begin: number;
  /** What was expected of the parts that are done, and what they took, in seconds. */
  done: number;
  took: number;
};
let run: Run = { parts: [], begin: 0, done: 0, took: 0 };
let current: { index: number; begin: number } | undefined;

const secondsSince = (begin: number) => (performance.now() - begin) / 1_000;

/** Begins a run of these, one after another. */
export function beginRun(parts: readonly Part[]): void {
  run = { parts, begin: performance.now(), done: 0, took: 0 };
  const all = sumOf(parts);
  console.error(`Measuring takes about ${minutes(all)} on two cores that nothing else uses.`);
}

/** Begins a part of the run. @returns its end, which tells how many seconds it took */
export function beginPart(name: string): () => number {
  const begin = performance.now();
  const index = run.parts.findIndex((one) => one.name === name);
  current = { index, begin };
  const part = run.parts[index];
  console.error(`\n${index + 1} of ${run.parts.length}: ${part?.name}, ${part?.what}`);
  return () => {
    current = undefined;
    const took = secondsSince(begin);
    run.done += part?.seconds ?? 0;
    run.took += took;
    console.error(`${part?.name} took ${took.toFixed(0)} s of ${part?.seconds}`);
    return took;
  };
}

/** Tells what a benchmark does next, how long the run has lasted, and about how long it will. */
export function step(what: string): void {
  if (!current) {
    console.error(what);
    return;
  }
  const passed = clock(secondsSince(run.begin));
  console.error(`  ${passed}  ${minutes(secondsLeft())} left  ${what}`);
}

/** How long the run will have lasted after a part that begins now. */
export const secondsAfter = (name: string): number =>
  secondsSince(run.begin) + (run.parts.find((one) => one.name === name)?.seconds ?? 0) * paceOf();

/** What is left of the budgets, as fast or slow as this machine was so far. */
function secondsLeft(): number {
  const { index, begin } = current ?? { index: 0, begin: run.begin };
  const pace = paceOf();
  const ofThis = Math.max(0, (run.parts[index]?.seconds ?? 0) * pace - secondsSince(begin));
  return ofThis + sumOf(run.parts.slice(index + 1)) * pace;
}

/** How many times as long as they should the parts have taken that are done. */
const paceOf = () => (run.done === 0 ? 1 : run.took / run.done);

const sumOf = (parts: readonly Part[]) => parts.reduce((sum, { seconds }) => sum + seconds, 0);

const minutes = (seconds: number) =>
  seconds < 90
    ? `${Math.round(seconds)} s`.padStart(6)
    : `${Math.round(seconds / 60)} min`.padStart(6);

const clock = (seconds: number) =>
  `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, '0')}`;
