import { useState } from 'preact/hooks';
import { type KeptTrace, readTraces } from '../api/traces.ts';
import { Failure, Loading } from '../parts/notice.tsx';
import { useAnswer } from '../parts/query.ts';
import { instant } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Waterfall } from './waterfall.tsx';

const shown = 12;
const lengthOf = ({ spans }: KeptTrace) => spans[0]?.ms ?? 0;

/** The operations that the gateway keeps, each with its parts: admission, plan, and each fetch. */
export function Traces() {
  const { data, error, again } = useAnswer(readTraces);
  const [slowestFirst, sort] = useState(true);
  const traces = data?.traces;
  const sorted = slowestFirst
    ? traces?.toSorted((one, other) => lengthOf(other) - lengthOf(one))
    : traces;
  return (
    <section class="requests" aria-labelledby="requests">
      <div class="heading">
        <h2 id="requests">{t('requests')}</h2>
        <button type="button" class="quiet" onClick={again}>
          {t('readAgain')}
        </button>
      </div>
      {error && <Failure error={error} again={again} />}
      {traces === undefined && !error && <Loading />}
      {traces === null && <p class="hint">{t('requestsOff')}</p>}
      {traces?.length === 0 && <p role="status">{t('noRequests')}</p>}
      {sorted && sorted.length > 0 && (
        <>
          <p class="hint">{t('requestsHint')}</p>
          <label class="sort">
            {t('sortBy')}
            <select onChange={(event) => sort(event.currentTarget.value === 'slowest')}>
              <option value="slowest">{t('slowest')}</option>
              <option value="latest">{t('latestFirst')}</option>
            </select>
          </label>
          {sorted.slice(0, shown).map((trace) => (
            <Request key={trace.traceId + trace.at} trace={trace} />
          ))}
        </>
      )}
    </section>
  );
}

/** One operation; opened, it shows its parts. */
function Request({ trace }: { trace: KeptTrace }) {
  const [isOpen, setOpen] = useState(false);
  const [whole] = trace.spans;
  return (
    <details class="found" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>
        <strong>{`${lengthOf(trace).toFixed(1)} ms`}</strong> <span>{whole?.name}</span>{' '}
        <time dateTime={trace.at}>{instant(trace.at)}</time>
        {whole?.fault && <em> {whole.fault}</em>}
      </summary>
      {isOpen && <Waterfall trace={trace} />}
    </details>
  );
}
