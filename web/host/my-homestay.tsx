import { useMemo, useState } from 'preact/hooks';
import { MyHomestay as Operation } from '../api/generated.ts';
import { Calendar, type Chosen } from '../parts/calendar.tsx';
import { Away, Failure, Loading, NotFound, Title } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { linkTo } from '../parts/route.ts';
import { addDays, today } from '../words/dates.ts';
import { majorUnits } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Calendars } from './calendars.tsx';
import type { MyHomestay } from './homestay.ts';
import { ListingForm } from './listing-form.tsx';
import { NightChanges } from './night-changes.tsx';

const daysShown = 364;
const nothing: Chosen = { checkIn: '', checkOut: '' };

/** A host's homestay: its nights, what they cost, and what travellers read of it. */
export function MyHomestayPage({ id }: { id: string }) {
  const from = today();
  const page = useQuery(Operation, { id, from, to: addDays(from, daysShown) });
  const node = page.data?.node;
  if (node?.__typename === 'Homestay') return <Shown homestay={node} again={page.again} />;
  if (page.error) return <Failure error={page.error} again={page.again} />;
  return page.data ? <NotFound /> : <Loading />;
}

function Shown({ homestay, again }: { homestay: MyHomestay; again(): void }) {
  const free = useMemo(
    () => new Set(homestay.availability?.filter(({ free }) => free).map(({ night }) => night)),
    [homestay.availability],
  );
  const prices = useMemo(
    () => new Map(homestay.nightPrices.map(({ night, price }) => [night, majorUnits(price)])),
    [homestay.nightPrices],
  );
  const [chosen, choose] = useState(nothing);
  const first = today(homestay.timeZone);
  return (
    <>
      <p>
        <a href={linkTo(['hosting'])}>{t('hosting')}</a>
      </p>
      <Title>{homestay.title}</Title>
      <div class="columns">
        <section aria-labelledby="nights">
          <h2 id="nights">{t('nightsAndPrices', { currency: homestay.price.currency })}</h2>
          {homestay.availability ? (
            <>
              <p class="hint">{t('hostCalendarHint')}</p>
              <Calendar
                free={free}
                prices={prices}
                anyNight
                firstDay={first}
                lastDay={addDays(first, daysShown - 1)}
                chosen={chosen}
                choose={choose}
              />
            </>
          ) : (
            <Away again={again} />
          )}
        </section>
        <NightChanges
          homestay={homestay}
          chosen={chosen}
          changed={() => {
            choose(nothing);
            again();
          }}
        />
      </div>
      <Calendars homestayId={homestay.id} changed={again} />
      <ListingForm homestay={homestay} again={again} />
    </>
  );
}
