import { step } from './progress.ts';
import type { Benchmark, Figures, Row } from './rows.ts';
import { withMongo } from './stage.ts';

const few = 1_000;

type Growing = {
  benchmark: string;
  /** What there are few and many of. */
  what: string;
  /** How many are many, with `--quick` and without. */
  many: { quick: number; whole: number };
  /** Fills databases with so many, and measures each task among them. */
  measured: (uri: string, size: number) => Promise<Record<string, Figures>>;
};

/** The same tasks among few and among many. A number given says how many are many. */
export const fewAndMany =
  ({ benchmark, what, many, measured }: Growing): Benchmark =>
  async ({ quick, rest: [given] }) => {
    const sizes = [few, Number(given ?? (quick ? many.quick : many.whole))];
    const rows: Row[] = [];
    await withMongo(async (uri) => {
      for (const size of sizes) {
        step(`${size} ${what}`);
        for (const [task, figures] of Object.entries(await measured(uri, size)))
          rows.push({
            ...{ benchmark, task, subject: `among ${size} ${what}`, figures, by: 'p50' },
            role: size === sizes.at(-1) ? 'ours' : 'floor',
          });
      }
    });
    return rows;
  };
