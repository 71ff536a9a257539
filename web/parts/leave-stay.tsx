import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { LeaveOrder, type OrderPageQuery } from '../api/generated.ts';
import { money } from '../words/format.ts';
import { t } from '../words/words.ts';
import { useAct } from './act.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

type Order = NonNullable<OrderPageQuery['homestayOrder']>;

/** The policy, and the way out of a paid stay: it says what comes back before anything happens. */
export function LeaveStay({ order, again }: { order: Order; again(): void }) {
  const [asked, setAsked] = useState(false);
  const [reason, setReason] = useState('');
  const { act, busy, refused } = useAct();
  // One key for this visit: pressing twice leaves once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const back = order.refundable?.amount ?? { ...order.total, amount: 0 };
  const leave = async (event: SubmitEvent) => {
    event.preventDefault();
    const input = { orderSn: order.sn, reason, idempotencyKey };
    await act(async () => (await send(LeaveOrder, { input })).leaveHomestayOrder);
    setAsked(false);
    again();
  };
  return (
    <section class="booking" aria-labelledby="policy">
      <h2 id="policy">{t('policy')}</h2>
      <ul>
        {order.snapshot.refundPolicy.map(({ daysBefore, percent }) => (
          <li key={daysBefore}>{t('policyRule', { count: daysBefore, percent })}</li>
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
              <button type="submit" class="danger" disabled={busy}>
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
