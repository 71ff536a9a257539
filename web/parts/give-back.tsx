import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { EndOrder, type OrderState, RefundOrder } from '../api/generated.ts';
import { type Money, majorUnits, minorUnits, money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { Done } from './notice.tsx';
import { ReasonDialog } from './reason-dialog.tsx';

type Paid = { received: Money | null; refunded: Money };
type GiveBackProps = { sn: string; state: OrderState; payment: Paid | null; again(): void };
type Asked = 'end' | 'part' | null;

/**
 * What a host or an operator does with a paid order: ends the stay, or gives a part back. Each says
 * what it means before it happens.
 */
export function GiveBack({ sn, state, payment, again }: GiveBackProps) {
  const [asked, setAsked] = useState<Asked>(null);
  const [done, setDone] = useState('');
  const left = leftOf(payment);
  const answered = (words: string) => {
    setAsked(null);
    setDone(words);
    again();
  };
  const canEnd = state === 'WAIT_USE';
  const canGive = (canEnd || state === 'USED') && left !== null && left.amount > 0;
  if (!canEnd && !canGive && !done) return null;
  return (
    <section class="booking" aria-labelledby={`give-back-${sn}`}>
      <h2 id={`give-back-${sn}`}>{t('giveBack')}</h2>
      {left && <p>{t('leftHere', { amount: money(left) })}</p>}
      {done && <Done>{done}</Done>}
      {canEnd && (
        <button type="button" class="quiet" onClick={() => setAsked('end')}>
          {t('endStay')}
        </button>
      )}
      {canGive && (
        <button type="button" class="quiet" onClick={() => setAsked('part')}>
          {t('givePart')}
        </button>
      )}
      {asked === 'end' && <End {...{ sn, left, answered }} close={() => setAsked(null)} />}
      {asked === 'part' && left && (
        <Part {...{ sn, left, answered }} close={() => setAsked(null)} />
      )}
    </section>
  );
}

/** What is still here of the money that arrived. */
const leftOf = (payment: Paid | null): Money | null =>
  payment?.received
    ? { ...payment.received, amount: payment.received.amount - payment.refunded.amount }
    : null;

type AskProps = { sn: string; answered(words: string): void; close(): void };

function End({ sn, left, answered, close }: AskProps & { left: Money | null }) {
  return (
    <ReasonDialog
      title={t('endStayTitle')}
      text={left ? t('endStayText', { amount: money(left) }) : t('endStayAll')}
      doLabel={t('endStay')}
      ask={async (given) =>
        (await send(EndOrder, { input: { orderSn: sn, ...given } })).endHomestayOrder
      }
      answered={(ended) => answered(refundWords(ended.refund))}
      close={close}
    />
  );
}

function Part({ sn, left, answered, close }: AskProps & { left: Money }) {
  const [typed, setTyped] = useState('');
  const amount = { currency: left.currency, amount: minorUnits(typed, left.currency) };
  return (
    <ReasonDialog
      title={t('givePart')}
      text={t('givePartText', { amount: money(left) })}
      doLabel={amount.amount > 0 ? t('giveAmount', { amount: money(amount) }) : t('givePart')}
      ask={async (given) =>
        (await send(RefundOrder, { input: { orderSn: sn, ...given, amount } })).refundHomestayOrder
      }
      answered={(refund) => answered(refundWords(refund))}
      close={close}
    >
      <label>
        {t('amountIn', { currency: left.currency })}
        <input
          type="number"
          min="0"
          max={majorUnits(left)}
          step="any"
          required
          value={typed}
          onInput={(event) => setTyped(event.currentTarget.value)}
        />
      </label>
    </ReasonDialog>
  );
}

const refundWords = (refund: { sn: string; state: string } | null): string =>
  refund
    ? t('refundDone', { sn: refund.sn, state: wordOf('refundState', refund.state) })
    : t('endedWithoutRefund');
