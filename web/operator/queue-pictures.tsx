import { now } from '../api/clock.ts';
import { SearchOrders } from '../api/generated.ts';
import { Failure, Loading } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { instant } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Bars } from './bars.tsx';
import { JobQueue } from './job-queue.tsx';
import { dueByMinute, latenesses } from './queue-numbers.ts';

const read = 100;

/**
 * The queue of orders that wait for their deadline, and how late the last ones closed. Both are read
 * from the orders themselves, which are the queue: a process's /metrics count only what that process
 * did since it started, and lie on ports that no browser reaches.
 */
export function Queue() {
  const waiting = useQuery(SearchOrders, { first: read, filter: { states: ['WAIT_PAY'] } });
  const closed = useQuery(SearchOrders, { first: read, filter: { states: ['CANCELLED'] } });
  const error = waiting.error ?? closed.error;
  const again = () => {
    waiting.again();
    closed.again();
  };
  const due = dueByMinute(waiting.data?.searchHomestayOrders.nodes ?? [], now());
  const late = latenesses(closed.data?.searchHomestayOrders.nodes ?? []);
  const count = due.reduce((sum, { value }) => sum + value, 0);
  const more = waiting.data?.searchHomestayOrders.pageInfo.hasNextPage ? '+' : '';
  const worst = Math.max(0, ...late.map(({ value }) => value));
  return (
    <section aria-labelledby="queue">
      <div class="heading">
        <h2 id="queue">{t('queue')}</h2>
        <button type="button" class="quiet" onClick={again}>
          {t('readAgain')}
        </button>
      </div>
      {error && <Failure error={error} again={again} />}
      {!error && !(waiting.data && closed.data) && <Loading />}
      {waiting.data && (
        <Bars
          title={t('queueDue', { count: `${count}${more}` })}
          none={t('queueEmpty')}
          bars={due.map(({ minutes, value }) => ({
            label: minutes < 0 ? t('overdue') : t('inMinutes', { count: minutes }),
            value,
            words: String(value),
          }))}
        />
      )}
      {closed.data && (
        <Bars
          title={t('lateness', {
            worst: late.length > 0 ? t('latenessWorst', { worst: worst.toFixed(1) }) : '',
          })}
          none={t('noneClosed')}
          bars={late.map(({ sn, at, value }) => ({
            label: sn,
            below: instant(at),
            value,
            words: t('seconds', { value: value.toFixed(1) }),
          }))}
        />
      )}
      <JobQueue />
    </section>
  );
}
