import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { LeaveOrder, type OrderPageQuery } from '../api/generated.ts';
import { money, zoneName } from '../words/format.ts';
import { t } from '../words/words.ts';
import { ReasonDialog } from './reason-dialog.tsx';

type Order = NonNullable<OrderPageQuery['homestayOrder']>;

/** The policy, and the way out of a paid stay: it says what comes back before anything happens. */
export function LeaveStay({ order, again }: { order: Order; again(): void }) {
  const [asked, setAsked] = useState(false);
  const back = order.refundable?.amount ?? { ...order.total, amount: 0 };
  return (
    <section class="booking" aria-labelledby="policy">
      <h2 id="policy">{t('policy')}</h2>
      <ul>
        {order.snapshot.refundPolicy.map(({ daysBefore, percent }) => (
          <li key={daysBefore}>{t('policyRule', { count: daysBefore, percent })}</li>
        ))}
        <li>{t('policyNone')}</li>
      </ul>
      <p class="hint">{t('placeTime', { zone: zoneName(order.snapshot.timeZone) })}</p>
      <button type="button" class="quiet" onClick={() => setAsked(true)}>
        {t('leave')}
      </button>
      {asked && (
        <ReasonDialog
          title={t('leaveTitle')}
          text={back.amount > 0 ? t('leaveText', { amount: money(back) }) : t('leaveNothing')}
          reasonLabel={t('leaveReason')}
          doLabel={back.amount > 0 ? t('leaveDo', { amount: money(back) }) : t('leave')}
          backLabel={t('keep')}
          ask={async (given) =>
            (await send(LeaveOrder, { input: { orderSn: order.sn, ...given } })).leaveHomestayOrder
          }
          answered={() => {
            setAsked(false);
            again();
          }}
          close={() => setAsked(false)}
        />
      )}
    </section>
  );
}
