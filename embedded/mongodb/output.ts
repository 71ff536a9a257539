import type { Guarded } from './guard.ts';

/** Calls `take` with every piece of what a command prints: a line, or what a progress bar draws over one. */
export function eachPiece({ stdout, stderr }: Guarded, take: (piece: string) => void): void {
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
