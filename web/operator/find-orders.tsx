import { useState } from 'preact/hooks';
import { type OrderState, type OrdersFilter, SearchOrders } from '../api/generated.ts';
import { Failure, Loading } from '../parts/notice.tsx';
import { useQuery } from '../parts/query.ts';
import { orderStates, t, wordOf } from '../words/words.ts';
import { OrderRow } from './found-order.tsx';

/** Finds orders by number, traveller and state, the newest first. */
export function FindOrders() {
  const [filter, setFilter] = useState<OrdersFilter>({});
  const { data, error, loading, again } = useQuery(SearchOrders, { first: 20, filter });
  const orders = data?.searchHomestayOrders.nodes ?? [];
  const find = (event: SubmitEvent) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget as HTMLFormElement);
    setFilter(filterOf(form));
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
            <input name="sn" spellcheck={false} autoComplete="off" />
          </label>
          <label>
            {t('traveller')}
            <input name="travellerId" spellcheck={false} autoComplete="off" />
          </label>
          <label>
            {t('stateLabel')}
            <select name="state">
              <option value="">{t('any')}</option>
              {orderStates.map((state) => (
                <option key={state} value={state}>
                  {wordOf('state', state)}
                </option>
              ))}
            </select>
          </label>
          <button type="submit">{t('search')}</button>
        </form>
      </search>
      {error && <Failure error={error} again={again} />}
      {loading && !data && <Loading />}
      {data && orders.length === 0 && <p role="status">{t('noneFound')}</p>}
      {orders.map((order) => (
        <OrderRow key={order.sn} order={order} again={again} />
      ))}
    </section>
  );
}

function filterOf(form: FormData): OrdersFilter {
  const given = (name: string) => String(form.get(name) ?? '').trim();
  const [sn, travellerId, state] = [given('sn'), given('travellerId'), given('state')];
  return {
    ...(sn ? { sn } : {}),
    ...(travellerId ? { travellerId } : {}),
    ...(state ? { states: [state as OrderState] } : {}),
  };
}
