import type { KeptTrace } from '../api/traces.ts';
import { t } from '../words/words.ts';
import { waterfallRows } from './waterfall-rows.ts';

const deepest = 6;

/** The parts of an operation with their times, as a table; its last column is the picture. */
export function Waterfall({ trace }: { trace: KeptTrace }) {
  return (
    <>
      <table class="waterfall">
        <thead>
          <tr>
            <th scope="col">{t('step')}</th>
            <th scope="col">{t('startsAt')}</th>
            <th scope="col">{t('takes')}</th>
            <td aria-hidden="true" />
          </tr>
        </thead>
        <tbody>
          {waterfallRows(trace.spans).map((row, index) => (
            <tr key={index}>
              <th scope="row" style={{ paddingLeft: `${Math.min(row.depth, deepest) * 0.75}rem` }}>
                {row.name} <small>{row.service}</small>
                {row.fault && <em> {row.fault}</em>}
              </th>
              <td>{row.start.toFixed(1)}</td>
              <td>{row.ms?.toFixed(1) ?? t('goesOn')}</td>
              <td class="track" aria-hidden="true">
                <svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">
                  <rect
                    class={row.fault ? 'failed' : ''}
                    x={row.left}
                    width={row.width}
                    height="10"
                  />
                </svg>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {trace.left > 0 && <p class="hint">{t('moreSteps', { count: trace.left })}</p>}
    </>
  );
}
