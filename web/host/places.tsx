import { useState } from 'preact/hooks';
import type { Answered } from '../api/client.ts';
import { send } from '../api/client.ts';
import { EditHomestayShop, type MyHomestayShopsQuery } from '../api/generated.ts';
import { useAct } from '../parts/act.ts';
import { Dialog } from '../parts/dialog.tsx';
import { Failure, Notice } from '../parts/notice.tsx';
import { linkTo } from '../parts/route.ts';
import { t } from '../words/words.ts';
import type { MyShops } from './my-shops.ts';
import { Webhooks } from './webhooks.tsx';

type Shop = Answered<MyHomestayShopsQuery>['myHomestayShops']['nodes'][number];

/** The host's own shops and homestays, offered or not. */
export function Places({ mine }: { mine: MyShops }) {
  const { data, error, again } = mine;
  const shops = data?.myHomestayShops.nodes ?? [];
  return (
    <section class="places" aria-labelledby="places">
      <h2 id="places">{t('myPlaces')}</h2>
      {error && <Failure error={error} again={again} />}
      {data && shops.length === 0 && <p>{t('noPlaces')}</p>}
      {shops.map((shop) => (
        <ShopPlaces key={shop.id} shop={shop} again={again} />
      ))}
    </section>
  );
}

function ShopPlaces({ shop, again }: { shop: Shop; again(): void }) {
  const { id: shopId, name, open, noticesTo } = shop;
  const [asked, setAsked] = useState(false);
  const { act, busy, refused } = useAct();
  const edit = async (change: { open?: boolean; notices?: boolean }) => {
    setAsked(false);
    const input = { shopId, ...change };
    await act(async () => (await send(EditHomestayShop, { input })).editHomestayShop);
    again();
  };
  return (
    <>
      <div class="heading">
        <h3>{open ? name : `${name} (${t('shopClosed')})`}</h3>
        <button
          type="button"
          class="quiet"
          disabled={busy}
          onClick={() => (open ? setAsked(true) : edit({ open: true }))}
        >
          {open ? t('closeShop') : t('openShop')}
        </button>
      </div>
      {refused && <Notice>{refused}</Notice>}
      <ul class="shops">
        {shop.homestays.nodes.map(({ id, title, onShelf }) => (
          <li key={id}>
            <a href={linkTo(['hosting', id])}>{title}</a>{' '}
            {!onShelf && <small>{t('offShelf')}</small>}
          </li>
        ))}
      </ul>
      <label class="check">
        <input
          type="checkbox"
          checked={noticesTo !== null}
          disabled={busy}
          onChange={(event) => {
            const { checked } = event.currentTarget;
            // What is stored says whether it is checked, once that is known.
            event.currentTarget.checked = !checked;
            void edit({ notices: checked });
          }}
        />
        {t('mailBookings')}
        {noticesTo && <small> ({noticesTo})</small>}
      </label>
      <Webhooks shopId={shopId} name={name} />
      {asked && (
        <Dialog title={t('closeShopTitle', { name })} close={() => setAsked(false)}>
          <p>{t('closeShopText')}</p>
          <div class="choices">
            <button type="button" class="danger" onClick={() => edit({ open: false })}>
              {t('closeShop')}
            </button>
            <button type="button" class="quiet" onClick={() => setAsked(false)}>
              {t('back')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
