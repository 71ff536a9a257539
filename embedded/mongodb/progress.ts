import type { Say } from './engine.ts';

/** A percentage that is said at most once in every five points: enough to see that it goes on, little enough for a log. */
export function steps(say: Say, text: (percent: number) => string): (percent: number) => void {
  let said = -1;
  return (percent) => {
    const step = Math.floor(percent / 5);
    if (step <= said) return;
    said = step;
    say(text(Math.floor(percent)));
  };
}

const cargoBar = /\]\s+(\d+)\/(\d+)/;

/** Reads cargo's progress bar (`Building [==>  ] 123/245: …`), which it redraws over and over, and says how far it is. */
export function compileProgress(say: Say): (output: string) => void {
  let crates = '';
  const step = steps(
    say,
    (percent) => `MongoDB: building SecantusDB, ${percent} % (${crates} parts)`,
  );
  return (output) => {
    const [, done, total] = cargoBar.exec(output) ?? [];
    if (!done || !total || Number(total) === 0) return;
    crates = `${done} of ${total}`;
    step((Number(done) / Number(total)) * 100);
  };
}

const percentDone = /([\d.]+)%/;

/** Reads the percentage out of a download's messages, and says how far it is. */
export function downloadProgress(say: Say): (output: string) => void {
  const step = steps(say, (percent) => `MongoDB: downloading mongod, ${percent} %`);
  return (output) => {
    const percent = percentDone.exec(output)?.[1];
    if (percent) step(Number(percent));
  };
}
