/** A step of a kept operation. Nothing of it is what a user sent, but for the operation's name. */
export type KeptSpan = {
  /** The place of the step that this one is a part of, in the list of all; null for the whole. */
  parent: number | null;
  service: string;
  name: string;
  /** Milliseconds after the operation began. */
  start: number;
  /** How long it took, in milliseconds; null if it went on when the operation had ended. */
  ms: number | null;
  /** The code of an error, where the step failed. */
  fault?: string;
};

/** A query or a mutation that has ended, with what this process did for it. */
export type KeptTrace = {
  /** 32 hexadecimal digits, as logs have them. */
  traceId: string;
  /** When it began, as ISO 8601 writes it. */
  at: string;
  /** The whole first. Each step comes after the one that it is a part of. */
  spans: KeptSpan[];
  /** How many steps there were besides. */
  left: number;
};

export type TraceStore = ReturnType<typeof traceStore>;

const rememberedMs = 3_600_000;

/**
 * Keeps a number of operations in memory: half of them are the slowest of the last hour, the others
 * the latest.
 */
export function traceStore(size: number) {
  const kept: KeptTrace[] = [];
  return {
    add(trace: KeptTrace, now = Date.now()): void {
      kept.push(trace);
      if (kept.length > size) kept.splice(indexToDrop(kept, Math.floor(size / 2), now), 1);
    },
    /** The latest first. */
    all: (): KeptTrace[] => kept.toReversed(),
  };
}

/** The oldest that is no longer, or never was, one of the slowest. */
function indexToDrop(kept: readonly KeptTrace[], slowest: number, now: number): number {
  const oldest = Date.parse(kept[0]?.at ?? '');
  if (now - oldest > rememberedMs) return 0;
  const fromSlow = kept.map(lengthOf).sort((one, other) => other - one);
  const fastest = fromSlow[slowest] ?? 0;
  return kept.findIndex((trace) => lengthOf(trace) <= fastest);
}

const lengthOf = ({ spans }: KeptTrace): number => spans[0]?.ms ?? 0;
