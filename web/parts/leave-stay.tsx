import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { LeaveOrder, type OrderPageQuery } from '../api/generated.ts';
import { nightsBetween, today } from '../words/dates.ts';
import { money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';
import { asApiError } from './query.ts';

type Order = NonNullable<OrderPageQuery['homestayOrder']>;

/** What the traveller would get back now, by the policy of the moment of the order. */
function refundable({ snapshot, checkIn, total }: Order) {
  const days = nightsBetween(today(snapshot.timeZone), checkIn);
  const rule = [...snapshot.refundPolicy]
    .sort((a, b) => b.daysBefore - a.daysBefore)
    .find(({ daysBefore }) => days >= daysBefore);
  return { ...total, amount: Math.floor((total.amount * (rule?.share ?? 0)) / 100) };
}

/** The policy, and the way out of a paid stay: it says what comes back before anything happens. */
export function LeaveStay({ order, again }: { order: Order; again(): void }) {
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const [refused, setRefused] = useState('');
  // One key for this visit: pressing twice leaves once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const back = refundable(order);
  const leave = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      const input = { orderSn: order.sn, reason, idempotencyKey };
      const { leaveHomestayOrder: answer } = await send(LeaveOrder, { input });
      if ('message' in answer) setRefused(wordOf('messages', answer.reason, answer.message));
      again();
    } catch (error) {
      const { code, message } = asApiError(error);
      setRefused(wordOf('messages', code, message));
    }
    setAsked(false);
  };
  return (
    <section class="booking" aria-labelledby="policy">
      <h2 id="policy">{t('policy')}</h2>
      <ul>
        {order.snapshot.refundPolicy.map(({ daysBefore, share }) => (
          <li key={daysBefore}>{t('policyRule', { days: daysBefore, percent: share })}</li>
        ))}
        <li>{t('policyNone')}</li>
      </ul>
      {refused && <Notice>{refused}</Notice>}
      <button type="button" class="quiet" onClick={() => setAsked(true)}>
        {t('leave')}
      </button>
      {asked && (
        <Dialog title={t('leaveTitle')} close={() => setAsked(false)}>
          <form onSubmit={leave}>
            <p>{back.amount > 0 ? t('leaveText', { amount: money(back) }) : t('leaveNothing')}</p>
            <label>
              {t('leaveReason')}
              <input
                value={reason}
                required
                maxLength={200}
                onInput={(event) => setReason(event.currentTarget.value)}
              />
            </label>
            <div class="choices">
              <button type="submit" class="danger">
                {back.amount > 0 ? t('leaveDo', { amount: money(back) }) : t('leave')}
              </button>
              <button type="button" class="quiet" onClick={() => setAsked(false)}>
                {t('keep')}
              </button>
            </div>
          </form>
        </Dialog>
      )}
    </section>
  );
}
