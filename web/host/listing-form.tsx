import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { EditHomestay, type EditHomestayInput } from '../api/generated.ts';
import { useAct } from '../parts/act.ts';
import { Done, Notice } from '../parts/notice.tsx';
import { type Money, majorUnits, minorUnits } from '../words/format.ts';
import { t } from '../words/words.ts';
import type { MyHomestay } from './homestay.ts';

/** What travellers read of a homestay, its limits and its prices. */
export function ListingForm({ homestay, again }: { homestay: MyHomestay; again(): void }) {
  const { act, busy, refused } = useAct();
  const [done, setDone] = useState(false);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    setDone(false);
    const form = new FormData(event.currentTarget as HTMLFormElement);
    const input = inputOf(homestay, form);
    const saved = await act(async () => (await send(EditHomestay, { input })).editHomestay);
    setDone(saved !== undefined);
    if (saved) again();
  };
  const { currency } = homestay.price;
  return (
    <form class="booking listing" aria-labelledby="listing" onSubmit={save}>
      <h2 id="listing">{t('listing')}</h2>
      <label class="check">
        <input type="checkbox" name="onShelf" defaultChecked={homestay.onShelf} />
        {t('offered')}
      </label>
      <p class="hint">{t('offeredHint')}</p>
      <label>
        {t('listingTitle')}
        <input name="title" required maxLength={200} defaultValue={homestay.title} />
      </label>
      <label>
        {t('listingSubTitle')}
        <input name="subTitle" maxLength={200} defaultValue={homestay.subTitle} />
      </label>
      <label>
        {t('aboutPlace')}
        <textarea name="info" rows={5} maxLength={10_000} defaultValue={homestay.info} />
      </label>
      <label>
        {t('amenities')}
        <textarea name="amenities" rows={4} defaultValue={homestay.amenities.join('\n')} />
      </label>
      <div class="pairs">
        <Count label={t('capacity')} name="capacity" value={homestay.capacity} required />
        <Count
          label={t('fewestNights')}
          name="minimumNights"
          value={homestay.minimumNights}
          required
        />
        <Count label={t('mostNights')} name="maximumNights" value={homestay.maximumNights} />
        <Price label={t('basePrice', { currency })} name="price" price={homestay.price} required />
        <Price label={t('mealPrice', { currency })} name="foodPrice" price={homestay.foodPrice} />
      </div>
      {refused && <Notice>{refused}</Notice>}
      {done && <Done>{t('saved')}</Done>}
      <button type="submit" disabled={busy}>
        {t('save')}
      </button>
    </form>
  );
}

type FieldProps = { label: string; name: string; required?: boolean };

const Count = ({ label, value, ...field }: FieldProps & { value: number | null }) => (
  <label>
    {label}
    <input type="number" min="1" defaultValue={value ? String(value) : ''} {...field} />
  </label>
);

const Price = ({ label, price, ...field }: FieldProps & { price: Money | null }) => (
  <label>
    {label}
    <input
      type="number"
      min="0"
      step="any"
      defaultValue={price ? majorUnits(price) : ''}
      {...field}
    />
  </label>
);

function inputOf({ id, price }: MyHomestay, form: FormData): EditHomestayInput {
  const text = (name: string) => String(form.get(name) ?? '').trim();
  const { currency } = price;
  const money = (name: string) => ({ amount: minorUnits(text(name), currency), currency });
  return {
    homestayId: id,
    title: text('title'),
    subTitle: text('subTitle'),
    info: text('info'),
    amenities: text('amenities')
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
    capacity: Number(text('capacity')),
    minimumNights: Number(text('minimumNights')),
    maximumNights: text('maximumNights') ? Number(text('maximumNights')) : null,
    price: money('price'),
    foodPrice: text('foodPrice') ? money('foodPrice') : null,
    onShelf: form.has('onShelf'),
  };
}
