import { useEffect, useRef, useState } from 'preact/hooks';
import { type Answered, type ApiError, send } from '../api/client.ts';
import {
  type HomestayFilter,
  SearchFacets,
  type SearchFacetsQuery,
  SearchHomestays,
  type SearchHomestaysQuery,
} from '../api/generated.ts';
import { HomestayCard } from '../parts/homestay-card.tsx';
import { Failure, Loading, Title } from '../parts/notice.tsx';
import { asApiError, useQuery } from '../parts/query.ts';
import { go, linkTo, type Route } from '../parts/route.ts';
import { addDays, today } from '../words/dates.ts';
import { majorUnits, minorUnits, money } from '../words/format.ts';
import { t } from '../words/words.ts';

type Facets = Answered<SearchFacetsQuery>['homestays']['facets'];
type Homestay = Answered<SearchHomestaysQuery>['homestays']['nodes'][number];

/** The first page: a search, and the homestays that fit it. */
export function Browse({ route }: { route: Route }) {
  const search = route.search.toString();
  const results = useRef<HTMLHeadingElement>(null);
  return (
    <>
      <section class="hero">
        <Title>{t('heroTitle')}</Title>
        <p>{t('heroText')}</p>
        <SearchForm key={search} given={route.search} sent={() => results.current?.focus()} />
      </section>
      <section aria-labelledby="results">
        <h2 id="results" ref={results} tabIndex={-1}>
          {t('results')}
        </h2>
        <Results key={`results ${search}`} given={route.search} visit={route.visit} />
      </section>
    </>
  );
}

type SearchFormProps = {
  given: URLSearchParams;
  /** Called once a search is sent: on a phone, what is found lies below the form. */
  sent(): void;
};

function SearchForm({ given, sent }: SearchFormProps) {
  const facets = useQuery(SearchFacets, { filter: {} }).data?.homestays.facets;
  const [checkIn, setCheckIn] = useState(given.get('checkIn') ?? '');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const values = Object.fromEntries([...form].map(([name, value]) => [name, String(value)]));
    if (!values.checkIn !== !values.checkOut) {
      values.checkOut = values.checkIn ? addDays(values.checkIn, 1) : '';
    }
    go([], values);
    sent();
  };
  return (
    <search>
      <form class="search" onSubmit={submit}>
        <label>
          {t('where')}
          <input
            name="text"
            defaultValue={given.get('text') ?? ''}
            placeholder={t('wherePlaceholder')}
            list="cities"
          />
        </label>
        <label>
          {t('checkIn')}
          <input
            type="date"
            name="checkIn"
            min={today()}
            value={checkIn}
            onInput={(event) => setCheckIn(event.currentTarget.value)}
          />
        </label>
        <label>
          {t('checkOut')}
          <input
            type="date"
            name="checkOut"
            min={addDays(checkIn || today(), 1)}
            defaultValue={given.get('checkOut') ?? ''}
          />
        </label>
        <label>
          {t('guests')}
          <input
            type="number"
            name="guests"
            min="1"
            max="20"
            inputMode="numeric"
            placeholder={t('any')}
            defaultValue={given.get('guests') ?? ''}
          />
        </label>
        <datalist id="cities">
          {facets?.cities.map(({ city }) => (
            <option key={city} value={city} />
          ))}
        </datalist>
        <PriceFields given={given} prices={facets?.prices ?? []} />
        <button type="submit">{t('search')}</button>
      </form>
    </search>
  );
}

/** Prices have an order only within one currency, so that a bound is asked for together with it. */
function PriceFields({ given, prices }: { given: URLSearchParams; prices: Facets['prices'] }) {
  const [currency, setCurrency] = useState(given.get('currency') ?? '');
  const [most, setMost] = useState(given.get('max') ?? '');
  const currencies = prices.map(({ lowest }) => lowest.currency);
  const offered =
    currency && !currencies.includes(currency) ? [currency, ...currencies] : currencies;
  return (
    <>
      <label>
        {t('currency')}
        <select
          name="currency"
          required={most !== ''}
          value={currency}
          onChange={(event) => setCurrency(event.currentTarget.value)}
        >
          <option value="">{t('any')}</option>
          {offered.map((each) => (
            <option key={each}>{each}</option>
          ))}
        </select>
      </label>
      <label>
        {t('maxPrice')}
        <input
          type="number"
          name="max"
          min="1"
          inputMode="decimal"
          placeholder={t('any')}
          list="prices"
          value={most}
          onInput={(event) => setMost(event.currentTarget.value)}
        />
      </label>
      <datalist id="prices">
        {prices
          .filter(({ highest }) => highest.currency === currency)
          .flatMap(({ ranges }) => ranges)
          .map(({ from, below, count }) => {
            const most = majorUnits(below ?? from);
            return (
              <option
                key={most}
                value={most}
                label={`${money(from)} – ${below ? money(below) : ''} (${count})`}
              />
            );
          })}
      </datalist>
    </>
  );
}

/** What the search asks the API for. */
function filterOf(given: URLSearchParams): HomestayFilter {
  const [text, checkIn, checkOut] = [
    given.get('text'),
    given.get('checkIn'),
    given.get('checkOut'),
  ];
  const guests = Number(given.get('guests'));
  return {
    ...(text ? { text } : {}),
    ...(guests > 0 ? { guests } : {}),
    ...(checkIn && checkOut ? { stay: { checkIn, checkOut } } : {}),
    ...priceOf(given),
  };
}

function priceOf(given: URLSearchParams): Pick<HomestayFilter, 'price'> {
  const [currency, most] = [given.get('currency'), given.get('max')];
  if (!currency) return {};
  return { price: { currency, ...(most ? { max: minorUnits(most, currency) } : {}) } };
}

type Pages = { homestays: Homestay[]; after: string | null; more: boolean };
const nothing: Pages = { homestays: [], after: null, more: true };

/** What was found, for whoever comes back to it from one of the homestays. */
const visited = new Map<string, Pages>();

function Results({ given, visit }: { given: URLSearchParams; visit: string }) {
  const [pages, setPages] = useState(visited.get(visit) ?? nothing);
  const [error, setError] = useState<ApiError | null>(null);
  const [loading, setLoading] = useState(false);
  const busy = useRef(false);

  const loadMore = async () => {
    if (busy.current) return;
    busy.current = true;
    setLoading(true);
    setError(null);
    try {
      const filter = filterOf(given);
      const { homestays } = await send(SearchHomestays, {
        filter,
        stay: filter.stay ?? null,
        guests: filter.guests ?? 1,
        sort: given.get('currency') ? 'CHEAPEST' : 'RECOMMENDED',
        after: pages.after,
      });
      const found = {
        homestays: [...pages.homestays, ...homestays.nodes],
        after: homestays.pageInfo.endCursor ?? null,
        more: homestays.pageInfo.hasNextPage,
      };
      visited.set(visit, found);
      setPages(found);
    } catch (failed) {
      setError(asApiError(failed));
    }
    busy.current = false;
    setLoading(false);
  };
  useEffect(() => {
    if (pages === nothing) void loadMore();
  }, []);

  const stay = {
    checkIn: given.get('checkIn') ?? undefined,
    checkOut: given.get('checkOut') ?? undefined,
    guests: given.get('guests') ?? undefined,
  };
  const found = pages.homestays.length;
  return (
    <>
      {!loading && !error && found === 0 && !pages.more && (
        <p role="status">
          {t('noResults')} <a href={linkTo([])}>{t('clear')}</a>
        </p>
      )}
      <ul class="cards" aria-busy={loading}>
        {pages.homestays.map((homestay) => (
          <li key={homestay.id}>
            <HomestayCard homestay={homestay} stay={stay} />
          </li>
        ))}
        {loading && found === 0 && [1, 2, 3, 4].map((card) => <li key={card} class="card empty" />)}
      </ul>
      {error && <Failure error={error} again={loadMore} />}
      {loading && found > 0 && <Loading />}
      {pages.more && !loading && !error && found > 0 && <More load={loadMore} />}
    </>
  );
}

/** Loads the next page when it comes into view, or when it is pressed. */
export function More({ load }: { load: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    const seen = new IntersectionObserver(([entry]) => entry?.isIntersecting && load(), {
      rootMargin: '400px',
    });
    if (button.current) seen.observe(button.current);
    return () => seen.disconnect();
  });
  return (
    <button ref={button} type="button" class="quiet more" onClick={load}>
      {t('more')}
    </button>
  );
}
