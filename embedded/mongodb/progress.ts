import type { Say } from './engine.ts';

/** Reports a percentage at most once in five points. */
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

/** Reports the progress that cargo's bar shows: `Building [==>  ] 123/245: …`. */
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

/** Reports the percentage that a download prints. */
export function downloadProgress(say: Say): (output: string) => void {
  const step = steps(say, (percent) => `MongoDB: downloading mongod, ${percent} %`);
  return (output) => {
    const percent = percentDone.exec(output)?.[1];
    if (percent) step(Number(percent));
  };
}
