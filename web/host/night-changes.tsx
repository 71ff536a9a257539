import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { BlockNights, OpenNights, SetNightPrices } from '../api/generated.ts';
import { useAct } from '../parts/act.ts';
import type { Chosen } from '../parts/calendar.tsx';
import { Done, Notice } from '../parts/notice.tsx';
import { nightsBetween } from '../words/dates.ts';
import { day, type Money, minorUnits, money } from '../words/format.ts';
import { t } from '../words/words.ts';
import type { MyHomestay } from './homestay.ts';

type Props = { homestay: MyHomestay; chosen: Chosen; changed(): void };

/** What a host does with the nights that are chosen in the calendar. */
export function NightChanges({ homestay, chosen, changed }: Props) {
  const [done, setDone] = useState('');
  const { act, busy, refused } = useAct();
  const nights = { from: chosen.checkIn, to: chosen.checkOut };
  const input = { homestayId: homestay.id, ...nights };
  const incomplete = chosen.checkOut === '';
  type Change = 'nightsBlocked' | 'nightsOpened' | 'nightsPriced' | 'nightsUsual';
  const change = async (
    what: Change,
    ask: () => Promise<{ __typename: string }>,
    price: Money | null = null,
  ) => {
    setDone('');
    if ((await act(ask)) === undefined) return;
    const count = nightsBetween(nights.from, nights.to);
    setDone(t(what, { from: day(nights.from), count, price: price ? money(price) : '' }));
    changed();
  };
  const setPrice = (price: Money | null) =>
    change(
      price ? 'nightsPriced' : 'nightsUsual',
      async () =>
        (await send(SetNightPrices, { input: { ...input, price }, ...nights })).setNightPrices,
      price,
    );
  return (
    <section class="booking" aria-labelledby="change">
      <h2 id="change">
        {incomplete ? t('chooseNights') : `${day(nights.from)} – ${day(nights.to)}`}
      </h2>
      {refused && <Notice>{refused}</Notice>}
      {done && <Done>{done}</Done>}
      <button
        type="button"
        disabled={incomplete || busy}
        onClick={() =>
          change(
            'nightsBlocked',
            async () => (await send(BlockNights, { input, ...nights })).blockNights,
          )
        }
      >
        {t('blockNights')}
      </button>
      <button
        type="button"
        class="quiet"
        disabled={incomplete || busy}
        onClick={() =>
          change(
            'nightsOpened',
            async () => (await send(OpenNights, { input, ...nights })).openNights,
          )
        }
      >
        {t('openNights')}
      </button>
      <PriceForm homestay={homestay} disabled={incomplete || busy} set={setPrice} />
    </section>
  );
}

type PriceFormProps = {
  homestay: MyHomestay;
  disabled: boolean;
  set(price: Money | null): void;
};

function PriceForm({ homestay, disabled, set }: PriceFormProps) {
  const [typed, setTyped] = useState('');
  const { currency } = homestay.price;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        set({ amount: minorUnits(typed, currency), currency });
      }}
    >
      <label>
        {t('nightPrice', { currency })}
        <input
          type="number"
          min="0"
          step="any"
          required
          value={typed}
          placeholder={money(homestay.price)}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
      <div class="choices">
        <button type="submit" class="quiet" disabled={disabled}>
          {t('setPrice')}
        </button>
        <button type="button" class="quiet" disabled={disabled} onClick={() => set(null)}>
          {t('usualPrice')}
        </button>
      </div>
    </form>
  );
}
