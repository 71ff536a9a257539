import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { RefundOrder } from '../api/generated.ts';
import { Notice } from '../parts/notice.tsx';
import { asApiError, useSession } from '../parts/query.ts';
import type { Route } from '../parts/route.ts';
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
        <FindOrder />
        <GiveBack />
      </div>
    </>
  );
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
    const amount = given.amount ? Number(given.amount) : null;
    try {
      const { refundHomestayOrder: refund } = await send(RefundOrder, { sn, reason, amount });
      if ('message' in refund)
        return setAnswer({ refused: wordOf('messages', refund.reason, refund.message) });
      const state = wordOf('refundState', refund.state);
      setAnswer({ done: t('refundDone', { sn: refund.sn, state }) });
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
