import type { Answered } from '../api/client.ts';
import type { SearchHomestaysQuery } from '../api/generated.ts';
import { money } from '../words/format.ts';
import { t } from '../words/words.ts';
import { Picture } from './picture.tsx';
import { linkTo } from './route.ts';

type Homestay = Answered<SearchHomestaysQuery>['homestays']['nodes'][number];
type Stay = { checkIn?: string; checkOut?: string; guests?: string };

/**
 * A homestay in a list. The whole card is one link, which keeps the dates that were searched for.
 */
export function HomestayCard({ homestay, stay }: { homestay: Homestay; stay: Stay }) {
  const { id, title, subTitle, banner, city, neighbourhood, rating, price } = homestay;
  const shown = homestay.soldPerPerson ? 'perGuestNight' : 'perNight';
  const { stayTotal } = homestay;
  return (
    <article class="card">
      <Picture id={id} src={banner} />
      <div class="words">
        <p class="place">
          <span>{neighbourhood ? `${neighbourhood}, ${city}` : city}</span>
          <Stars rating={rating} />
        </p>
        <h3>
          <a href={linkTo(['homestays', id], stay)}>{title}</a>
        </h3>
        <p class="sub">{subTitle}</p>
        <p class="price">
          <strong>
            {stayTotal
              ? t('forTheDates', { price: money(stayTotal) })
              : t(shown, { price: money(price) })}
          </strong>
          {!stayTotal && homestay.marketPrice && homestay.marketPrice.amount > price.amount && (
            <s>{money(homestay.marketPrice)}</s>
          )}
        </p>
      </div>
    </article>
  );
}

export const Stars = ({ rating }: { rating?: number | null }) =>
  rating ? (
    <span class="stars">
      <span aria-hidden="true">★ {rating.toFixed(1)}</span>
      <span class="unseen">{t('rating', { rating: rating.toFixed(1) })}</span>
    </span>
  ) : (
    <span class="stars new">{t('isNew')}</span>
  );
