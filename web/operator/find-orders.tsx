import { send } from '../api/client.ts';
import { type OrdersFilter, SearchOrders } from '../api/generated.ts';
import { NextPage } from '../parts/next-page.tsx';
import { Failure } from '../parts/notice.tsx';
import { usePages } from '../parts/pages.ts';
import { keep } from '../parts/route.ts';
import { orderStates, t, wordOf } from '../words/words.ts';
import { OrderRow } from './found-order.tsx';

const first = 20;

/** Finds orders by number, traveller and state, the newest first. */
export function FindOrders({ given }: { given: URLSearchParams }) {
  const filter = filterOf(given);
  const { data, error, loading, again, more } = usePages(
    JSON.stringify(filter),
    async (after) => (await send(SearchOrders, { first, after, filter })).searchHomestayOrders,
  );
  const find = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const typed = (name: string) => String(form.get(name) ?? '').trim();
    const [sn, travellerId, state] = [typed('sn'), typed('travellerId'), typed('state')];
    keep(['operations'], { sn, travellerId, state });
  };
  return (
    <section aria-labelledby="orders">
      <div class="heading">
        <h2 id="orders">{t('orders')}</h2>
      </div>
      <search>
        <form class="find" onSubmit={find}>
          <label>
            {t('orderSn')}
            <input
              name="sn"
              defaultValue={given.get('sn') ?? ''}
              spellcheck={false}
              autoComplete="off"
            />
          </label>
          <label>
            {t('traveller')}
            <input
              name="travellerId"
              defaultValue={given.get('travellerId') ?? ''}
              spellcheck={false}
              autoComplete="off"
            />
          </label>
          <label>
            {t('stateLabel')}
            <select name="state">
              <option value="">{t('any')}</option>
              {orderStates.map((state) => (
                <option key={state} value={state} selected={state === given.get('state')}>
                  {wordOf('state', state)}
                </option>
              ))}
            </select>
          </label>
          <button type="submit">{t('search')}</button>
        </form>
      </search>
      {error && <Failure error={error} again={again} />}
      {data?.nodes.length === 0 && <p role="status">{t('noneFound')}</p>}
      {data?.nodes.map((order) => (
        <OrderRow key={order.sn} order={order} again={again} />
      ))}
      <NextPage data={data} loading={loading} more={more} />
    </section>
  );
}

function filterOf(given: URLSearchParams): OrdersFilter {
  const [sn, travellerId] = [given.get('sn'), given.get('travellerId')];
  const state = orderStates.find((each) => each === given.get('state'));
  return {
    ...(sn ? { sn } : {}),
    ...(travellerId ? { travellerId } : {}),
    ...(state ? { states: [state] } : {}),
  };
}
