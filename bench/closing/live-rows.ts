import { step } from '../progress.ts';
import { type Figures, type Row, whyAbsent } from '../rows.ts';
import { aSecond, burst, placing, steady, subscribers } from './close-live.ts';
import { startLiveSystem } from './live-system.ts';

/**
 * Two schedulers, one with a clock that is a second ahead and one a second behind, and subscribers
 * of a thousand of the orders. What cannot be measured is left out with its reason.
 */
export async function liveRows(uri: string, bursts: readonly number[]): Promise<Row[]> {
  step(`two schedulers, and subscribers of ${subscribers} orders`);
  const system = await startLiveSystem(uri);
  const rows: Row[] = [];
  const measure = async (by: keyof Figures, what: string, work: () => Promise<Subjects>) => {
    step(what);
    const row = { benchmark: 'closing', by };
    try {
      for (const one of await work()) rows.push({ ...row, ...one });
    } catch (error) {
      const figures = { figures: {}, absent: whyAbsent(error as Error) };
      rows.push({ ...row, task: what, subject: 'ours', role: 'ours', ...figures });
    }
  };
  const ours = { subject: 'ours', role: 'ours' } as const;
  try {
    for (const count of bursts) {
      const task = `${count} orders due at once, two schedulers`;
      await measure('perSecond', task, async () => {
        const { closed, known } = await burst(system, count);
        return [
          { ...ours, task, figures: closed },
          { ...ours, task: `${task}, until ${subscribers} subscribers know`, figures: known },
        ];
      });
    }
    const each = `${aSecond} orders due each second, until subscribers know`;
    await measure('p99', each, async () => [
      { ...ours, task: each, figures: await steady(system, 6) },
    ]);
    const place = `placing an order while ${aSecond} a second are closed`;
    await measure('perSecond', place, async () => {
      const { busy, quiet } = await placing(system, 3);
      return [
        { ...ours, task: place, figures: busy },
        { task: place, subject: 'while none is closed', role: 'floor', figures: quiet },
      ];
    });
  } finally {
    await system.stop();
  }
  return rows;
}

type Subjects = Pick<Row, 'task' | 'subject' | 'role' | 'figures'>[];
