import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { HostCalendars, ImportCalendar, RemoveCalendar } from '../api/generated.ts';
import { useAct } from '../parts/act.ts';
import { Failure, Notice } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { instant } from '../words/format.ts';
import { t } from '../words/words.ts';

/** The calendars of a homestay: the one that other sites read, and those that are read here. */
export function Calendars({ homestayId, changed }: { homestayId: string; changed(): void }) {
  const { data, error, again } = useQuery(HostCalendars, { id: homestayId });
  const [url, setUrl] = useState('');
  const { act, busy, refused } = useAct();
  const imported = data?.homestay?.importedCalendars ?? [];
  const done = () => {
    again();
    changed();
  };
  const add = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = { homestayId, url: url.trim() };
    if (!(await act(async () => (await send(ImportCalendar, { input })).importCalendar))) return;
    setUrl('');
    done();
  };
  const remove = async (gone: string) => {
    const input = { homestayId, url: gone };
    if (await act(async () => (await send(RemoveCalendar, { input })).removeCalendar)) done();
  };
  return (
    <section aria-labelledby="calendars">
      <h2 id="calendars">{t('calendars')}</h2>
      {error && <Failure error={error} again={again} />}
      {data?.homestay?.calendarUrl && (
        <label>
          {t('ourCalendar')}
          <input readOnly value={data.homestay.calendarUrl} />
        </label>
      )}
      <ul class="shops">
        {imported.map((each) => (
          <li key={each.url}>
            <span class="sn">{each.url}</span>{' '}
            <small>
              {each.failure ??
                (each.readAt
                  ? t('calendarRead', { at: instant(each.readAt), count: each.nights })
                  : '')}
            </small>{' '}
            <button type="button" class="quiet" disabled={busy} onClick={() => remove(each.url)}>
              {t('removeCalendar')}
            </button>
          </li>
        ))}
      </ul>
      {refused && <Notice>{refused}</Notice>}
      <form onSubmit={add}>
        <label>
          {t('otherCalendar')}
          <input
            type="url"
            required
            value={url}
            onInput={(event) => setUrl(event.currentTarget.value)}
          />
        </label>
        <button type="submit" disabled={busy}>
          {t('readCalendar')}
        </button>
      </form>
    </section>
  );
}
