import { useMemo, useState } from 'preact/hooks';
import { type HomestayPageQuery, HomestayPage as Operation } from '../api/generated.ts';
import { BookingForm } from '../parts/booking-form.tsx';
import { Calendar, type Chosen } from '../parts/calendar.tsx';
import { Comments } from '../parts/comments.tsx';
import { Stars } from '../parts/homestay-card.tsx';
import { Away, Failure, Loading, NotFound, Title } from '../parts/notice.tsx';
import { Picture } from '../parts/picture.tsx';
import { useQuery } from '../parts/query.ts';
import type { Route } from '../parts/route.ts';
import { addDays, nightsBetween, today } from '../words/dates.ts';
import { day, money } from '../words/format.ts';
import { t } from '../words/words.ts';

type Homestay = NonNullable<HomestayPageQuery['homestay']>;

/** How far ahead nights are shown: the most that one question to the API may span. */
const daysShown = 364;

export function HomestayPage({ route }: { route: Route }) {
  const [, id = ''] = route.path;
  const from = today();
  const page = useQuery(Operation, { id, from, to: addDays(from, daysShown) });
  const homestay = page.data?.homestay;
  if (page.error && !homestay) return <Failure error={page.error} again={page.again} />;
  if (!page.data) return <Loading />;
  if (!homestay) return <NotFound />;
  return <Place homestay={homestay} given={route.search} again={page.again} />;
}

type PlaceProps = { homestay: Homestay; given: URLSearchParams; again(): void };

function Place({ homestay, given, again }: PlaceProps) {
  const free = useMemo(
    () =>
      new Set((homestay.availability ?? []).filter(({ free }) => free).map(({ night }) => night)),
    [homestay.availability],
  );
  const first = today(homestay.timeZone);
  const [chosen, choose] = useState<Chosen>({
    checkIn: given.get('checkIn') ?? '',
    checkOut: given.get('checkOut') ?? '',
  });
  return (
    <article class="homestay">
      <div class="banner">
        <Picture id={homestay.id} src={homestay.banner} alt={homestay.title} wide />
      </div>
      <header>
        <p class="place">
          <span>
            {homestay.neighbourhood ? `${homestay.neighbourhood}, ${homestay.city}` : homestay.city}
          </span>
          <Stars rating={homestay.rating} />
        </p>
        <Title>{homestay.title}</Title>
        <p class="sub">{homestay.subTitle}</p>
      </header>
      <div class="columns">
        <div>
          <About homestay={homestay} />
          <section aria-labelledby="calendar">
            <h2 id="calendar">{t('freeNights')}</h2>
            {homestay.availability ? (
              <>
                <p role="status">{stayWords(chosen)}</p>
                <Calendar
                  free={free}
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
        </div>
        <BookingForm
          homestay={homestay}
          free={free}
          chosen={chosen}
          choose={choose}
          guests={Number(given.get('guests')) || 1}
          needFood={given.has('meals')}
          again={again}
        />
      </div>
      <Comments homestay={homestay} />
    </article>
  );
}

function stayWords({ checkIn, checkOut }: Chosen): string {
  if (!checkIn) return t('chooseCheckIn');
  if (!checkOut) return t('chooseCheckOut');
  const count = nightsBetween(checkIn, checkOut);
  return t('stayChosen', { from: day(checkIn), to: day(checkOut), count });
}

function About({ homestay }: { homestay: Homestay }) {
  const { info, amenities, shop, capacity, minimumNights, foodPrice } = homestay;
  return (
    <section aria-labelledby="about">
      <h2 id="about">{t('aboutPlace')}</h2>
      <p class="info">{info}</p>
      <ul class="facts">
        <li>{t('upTo', { count: capacity })}</li>
        <li>{t('minimumNights', { count: minimumNights })}</li>
        <li>{foodPrice ? t('food', { price: money(foodPrice) }) : t('noFood')}</li>
        <li>{t('by', { shop: shop.name })}</li>
        {amenities.map((amenity) => (
          <li key={amenity}>{amenity}</li>
        ))}
      </ul>
    </section>
  );
}
