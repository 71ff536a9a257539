import type { SupervisedProcess } from './supervised-process.ts';

/** Calls `take` with each piece of a command's output: a line, or one state of a progress bar. */
export function eachPiece(
  { stdout, stderr }: SupervisedProcess,
  take: (piece: string) => void,
): void {
  for (const stream of [stdout, stderr]) {
    let rest = '';
    stream.setEncoding('utf8').on('data', (chunk: string) => {
      const pieces = (rest + chunk).split(/[\r\n]+/);
      rest = pieces.pop() ?? '';
      for (const piece of pieces) take(piece);
    });
    stream.on('end', () => rest && take(rest));
  }
}
