import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { EndOrder, OrderPage, PaymentDifferences, RefundOrder } from '../api/generated.ts';
import { Failure, Notice } from '../parts/notice.tsx';
import { asApiError, useQuery, useSession } from '../parts/query.ts';
import { linkTo, type Route } from '../parts/route.ts';
import { instant } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { FindOrder } from './hosting.tsx';
import { SignInFirst } from './sign-in.tsx';

/** An operator's page: finds orders and gives money back. */
export function OperationsPage({ route }: { route: Route }) {
  const session = useSession();
  if (!session) return <SignInFirst route={route} />;
  return (
    <>
      <h1>{t('operations')}</h1>
      <div class="columns">
        <Differences />
        <div>
          <FindOrder />
          <GiveBack />
        </div>
      </div>
    </>
  );
}

/** What the last reconciliations found: where money and bookings do not agree. */
function Differences() {
  const { data, error, again } = useQuery(PaymentDifferences, {});
  const found = data?.paymentDifferences ?? [];
  return (
    <section aria-labelledby="differences">
      <h2 id="differences">{t('differences')}</h2>
      {error && <Failure error={error} again={again} />}
      {data && found.length === 0 && <p role="status">{t('noDifferences')}</p>}
      <ul class="timeline">
        {found.map(({ kind, order, payment, foundAt }) => (
          <li key={`${kind}${order?.sn}${payment?.sn}`}>
            <strong>{wordOf('difference', kind)}</strong>
            {/* The order may be gone after a restore. The payment is mended by its number then. */}
            {order ? <a href={linkTo(['order', order.sn])}>{order.sn}</a> : payment?.sn}{' '}
            <time dateTime={foundAt}>{instant(foundAt)}</time>
          </li>
        ))}
      </ul>
    </section>
  );
}

/**
 * With an amount, a part goes back and the stay goes on. Without one, the stay ends and all that is
 * left goes back.
 */
async function request(
  input: { orderSn: string; reason: string; idempotencyKey: string },
  amount: string,
) {
  if (amount) {
    const { homestayOrder: order } = await send(OrderPage, { sn: input.orderSn });
    const part = { amount: Number(amount), currency: order?.total.currency ?? 'CNY' };
    return (await send(RefundOrder, { input: { ...input, amount: part } })).refundHomestayOrder;
  }
  const { endHomestayOrder: ended } = await send(EndOrder, { input });
  return 'message' in ended ? ended : ended.refund;
}

function GiveBack() {
  const [given, setGiven] = useState({ sn: '', reason: '', amount: '' });
  const [answer, setAnswer] = useState<{ refused?: string; done?: string }>({});
  const field = (name: keyof typeof given) => ({
    value: given[name],
    onInput: (event: { currentTarget: HTMLInputElement }) =>
      setGiven({ ...given, [name]: event.currentTarget.value }),
  });
  const giveBack = async (event: SubmitEvent) => {
    event.preventDefault();
    const { sn, reason } = given;
    const input = { orderSn: sn, reason, idempotencyKey: crypto.randomUUID() };
    try {
      const refund = await request(input, given.amount);
      if (refund && 'message' in refund)
        return setAnswer({ refused: wordOf('messages', refund.reason, refund.message) });
      const state = refund ? wordOf('refundState', refund.state) : '';
      setAnswer({ done: t('refundDone', { sn: refund?.sn ?? sn, state }) });
    } catch (error) {
      const { code, message } = asApiError(error);
      setAnswer({ refused: wordOf('messages', code, message) });
    }
  };
  return (
    <form class="booking" aria-labelledby="refund" onSubmit={giveBack}>
      <h2 id="refund">{t('refundDo')}</h2>
      <label>
        {t('orderSn')}
        <input required {...field('sn')} />
      </label>
      <label>
        {t('refundReason')}
        <input required maxLength={200} {...field('reason')} />
      </label>
      <label>
        {t('refundAmount')}
        <input inputMode="numeric" pattern="[0-9]*" {...field('amount')} />
      </label>
      {answer.refused && <Notice>{answer.refused}</Notice>}
      {answer.done && (
        <p class="notice good" role="status">
          {answer.done}
        </p>
      )}
      <button type="submit">{t('refundDo')}</button>
    </form>
  );
}
