/** What is read, as a socket is. */
type Source = { pause(): unknown; resume(): unknown };

/** How one connection reads its answers, one after the other. */
export type Reading = {
  /** Of an answer that has not come whole, so many bytes more have come. */
  came(bytes: number): void;
  /** The answer has come whole, or will not. */
  end(): void;
};

/** An answer of more bytes than this is read by turns. */
const longAnswer = 262_144;
/** So much is read in a turn: two reads of a socket, a tenth of a millisecond. */
const piece = 131_072;
const turnMs = 1;

/**
 * Lets the long answers of one subgraph be read in small pieces, with time for others between them:
 * one that pours without end would otherwise be read in turns of megabytes, and many at once would
 * fill the memory. The oldest goes first, so that the others have little read while they wait; one
 * that has nothing to read waits for no turn, and so holds up none.
 * @returns to be called for each connection
 */
export function readingTurns(): (source: Source) => Reading {
  /** Long answers under way, oldest first, and whether each waits for its turn. */
  const long = new Map<Source, boolean>();
  let isTimed = false;

  const next = () => {
    isTimed = false;
    for (const [source, waits] of long) {
      if (!waits) continue;
      long.set(source, false);
      source.resume();
      // For the others, if there are any.
      return later();
    }
  };
  const later = () => {
    if (isTimed) return;
    isTimed = true;
    // It keeps the process: a socket that is not read does not.
    setTimeout(next, turnMs);
  };

  return (source) => {
    let come = 0;
    let inTurn = 0;
    return {
      came(bytes) {
        come += bytes;
        if (come <= longAnswer) return;
        inTurn += bytes;
        if (inTurn < piece) return;
        inTurn = 0;
        long.set(source, true);
        source.pause();
        later();
      },
      end() {
        come = inTurn = 0;
        long.delete(source);
      },
    };
  };
}
