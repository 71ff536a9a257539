import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { CancelOrder as Cancel, type OrderPageQuery, PayOrder } from '../api/generated.ts';
import { money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';
import { asApiError } from './query.ts';

type Order = NonNullable<OrderPageQuery['homestayOrder']>;

/**
 * Opens the provider's page in another tab; this one shows by itself when the money has arrived.
 */
export function Pay({ order, failed }: { order: Order; failed: boolean }) {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState('');
  const pay = async () => {
    // Opened before the question is sent: browsers let only a press open a tab.
    const tab = open('about:blank');
    setBusy(true);
    setRefused('');
    try {
      const input = { orderSn: order.sn, method: 'SANDBOX' as const };
      const { payHomestayOrder: answer } = await send(PayOrder, { input });
      if ('payUrl' in answer && answer.payUrl) {
        if (tab) tab.location.href = answer.payUrl;
        else location.assign(answer.payUrl);
      } else {
        tab?.close();
        if ('reason' in answer) setRefused(wordOf('messages', answer.reason, answer.message));
      }
    } catch (error) {
      tab?.close();
      const { code, message } = asApiError(error);
      setRefused(wordOf('messages', code, message));
    }
    setBusy(false);
  };
  return (
    <>
      {refused && <Notice>{refused}</Notice>}
      <button type="button" disabled={busy} onClick={pay}>
        {busy ? t('paying') : failed ? t('payAgain') : t('pay', { amount: money(order.total) })}
      </button>
    </>
  );
}

export function CancelOrder({ order, again }: { order: Order; again(): void }) {
  const [asked, setAsked] = useState(false);
  const [refused, setRefused] = useState('');
  const cancel = async () => {
    setAsked(false);
    try {
      const { cancelHomestayOrder: answer } = await send(Cancel, { sn: order.sn });
      if ('reason' in answer) setRefused(wordOf('messages', answer.reason, answer.message));
      again();
    } catch (error) {
      const { code, message } = asApiError(error);
      setRefused(wordOf('messages', code, message));
    }
  };
  return (
    <>
      {refused && <Notice>{refused}</Notice>}
      <button type="button" class="quiet" onClick={() => setAsked(true)}>
        {t('cancelOrder')}
      </button>
      {asked && (
        <Dialog title={t('cancelSure')} close={() => setAsked(false)}>
          <div class="choices">
            <button type="button" class="danger" onClick={cancel}>
              {t('cancelOrder')}
            </button>
            <button type="button" class="quiet" onClick={() => setAsked(false)}>
              {t('keep')}
            </button>
          </div>
        </Dialog>
      )}
    </>
  );
}
