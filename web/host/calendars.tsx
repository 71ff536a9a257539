import { send } from '../api/client.ts';
import { HostCalendars, ImportCalendar, RemoveCalendar } from '../api/generated.ts';
import { useAct } from '../parts/act.ts';
import { Failure, Notice } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { instant } from '../words/format.ts';
import { t } from '../words/words.ts';
import { AddressForm } from './address-form.tsx';

/** The calendars of a homestay: the one that other sites read, and those that are read here. */
export function Calendars({ homestayId, changed }: { homestayId: string; changed(): void }) {
  const { data, error, again } = useQuery(HostCalendars, { id: homestayId });
  const { act, busy, refused } = useAct();
  const imported = data?.homestay?.importedCalendars ?? [];
  const change = async (ask: () => Promise<unknown>): Promise<boolean> => {
    if (!(await act(ask))) return false;
    again();
    changed();
    return true;
  };
  const add = (url: string) =>
    change(async () => (await send(ImportCalendar, { input: { homestayId, url } })).importCalendar);
  const remove = (url: string) =>
    change(async () => (await send(RemoveCalendar, { input: { homestayId, url } })).removeCalendar);
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
      <AddressForm label={t('otherCalendar')} doLabel={t('readCalendar')} busy={busy} add={add} />
    </section>
  );
}
