import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import {
  CancelOrder as Cancel,
  type OrderPageQuery,
  type PayMethod,
  PayOrder,
} from '../api/generated.ts';
import { money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { useAct } from './act.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';
import { QrCode } from './qr-code.tsx';

type Order = NonNullable<OrderPageQuery['homestayOrder']>;

/**
 * Where a traveller pays by each method: on the provider's page, or by a code that is shown here.
 * WeChat's bridge takes payments only inside WeChat, from a page of the merchant's own there.
 */
const placeOf: Record<PayMethod, 'page' | 'code' | 'elsewhere'> = {
  SANDBOX: 'page',
  WECHAT_NATIVE: 'code',
  WECHAT_JSAPI: 'elsewhere',
  STRIPE: 'page',
};
const isOffered = (method: PayMethod) => placeOf[method] !== 'elsewhere';

/**
 * The ways to pay. A provider's page sends the traveller back here; a code is shown here to be
 * scanned. Either way this page shows by itself when the money has arrived.
 */
export function Pay({ order, failed }: { order: Order; failed: boolean }) {
  const { act, busy, refused } = useAct();
  const [code, setCode] = useState<{ text: string; label: string } | null>(null);
  const methods = (order.payMethods ?? []).filter(isOffered);
  const pay = async (method: PayMethod) => {
    const payment = await act(() => begin(order.sn, method));
    if (!payment?.payUrl) return;
    if (placeOf[method] === 'page') return location.assign(payment.payUrl);
    const label = t('payCode', { method: wordOf('payMethod', method) });
    setCode({ text: payment.payUrl, label });
  };
  const label = (method: PayMethod) => {
    if (busy) return t('paying');
    if (methods.length > 1)
      return t('payBy', { amount: money(order.total), method: wordOf('payMethod', method) });
    return failed ? t('payAgain') : t('pay', { amount: money(order.total) });
  };
  return (
    <>
      {refused && <Notice>{refused}</Notice>}
      {order.payMethods && methods.length === 0 && <Notice>{t('noPayMethods')}</Notice>}
      {methods.map((method) => (
        <button key={method} type="button" disabled={busy} onClick={() => pay(method)}>
          {label(method)}
        </button>
      ))}
      {code && (
        <figure>
          <QrCode {...code} />
          <figcaption class="hint">{code.label}</figcaption>
        </figure>
      )}
    </>
  );
}

/** A provider that may not send people back here is asked without the way back. */
async function begin(orderSn: string, method: PayMethod) {
  const input = { orderSn, method };
  const returnUrl = location.href;
  const { payHomestayOrder: answer } = await send(PayOrder, { input: { ...input, returnUrl } });
  if (!('reason' in answer) || answer.reason !== 'RETURN_URL_INVALID') return answer;
  return (await send(PayOrder, { input })).payHomestayOrder;
}

export function CancelOrder({ order, again }: { order: Order; again(): void }) {
  const [asked, setAsked] = useState(false);
  const { act, busy, refused } = useAct();
  const cancel = async () => {
    setAsked(false);
    await act(
      async () => (await send(Cancel, { input: { orderSn: order.sn } })).cancelHomestayOrder,
    );
    again();
  };
  return (
    <>
      {refused && <Notice>{refused}</Notice>}
      <button type="button" class="quiet" disabled={busy} onClick={() => setAsked(true)}>
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
