import { useState } from 'preact/hooks';
import { send } from '../api/client.ts';
import { EndOrder, type OrderState, RefundOrder } from '../api/generated.ts';
import { type Money, majorUnits, minorUnits, money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { useAct } from './act.ts';
import { Dialog } from './dialog.tsx';
import { Done, Notice } from './notice.tsx';

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
  const form = useReasonedRequest(sn);
  const end = async (event: SubmitEvent) => {
    event.preventDefault();
    const ended = await form.act(
      async () => (await send(EndOrder, { input: form.input })).endHomestayOrder,
    );
    if (ended) answered(refundWords(ended.refund));
  };
  const amount = left ? money(left) : '';
  return (
    <Dialog title={t('endStayTitle')} close={close}>
      <form onSubmit={end}>
        <p>{t('endStayText', { amount })}</p>
        {form.reason}
        {form.refused && <Notice>{form.refused}</Notice>}
        <Choices close={close} busy={form.busy} label={t('endStay')} />
      </form>
    </Dialog>
  );
}

function Part({ sn, left, answered, close }: AskProps & { left: Money }) {
  const form = useReasonedRequest(sn);
  const [typed, setTyped] = useState('');
  const amount = { ...left, amount: minorUnits(typed, left.currency) };
  const give = async (event: SubmitEvent) => {
    event.preventDefault();
    const refund = await form.act(
      async () =>
        (
          await send(RefundOrder, {
            input: { ...form.input, amount: { amount: amount.amount, currency: left.currency } },
          })
        ).refundHomestayOrder,
    );
    if (refund) answered(refundWords(refund));
  };
  return (
    <Dialog title={t('givePart')} close={close}>
      <form onSubmit={give}>
        <p>{t('givePartText', { amount: money(left) })}</p>
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
        {form.reason}
        {form.refused && <Notice>{form.refused}</Notice>}
        <Choices
          close={close}
          busy={form.busy}
          label={amount.amount > 0 ? t('giveAmount', { amount: money(amount) }) : t('givePart')}
        />
      </form>
    </Dialog>
  );
}

const refundWords = (refund: { sn: string; state: string } | null): string =>
  refund
    ? t('refundDone', { sn: refund.sn, state: wordOf('refundState', refund.state) })
    : t('endedWithoutRefund');

/** A reason, and one idempotency key for this dialog: sending twice gives back once. */
function useReasonedRequest(orderSn: string) {
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const [words, setWords] = useState('');
  const reason = (
    <label>
      {t('refundReason')}
      <input
        required
        maxLength={200}
        value={words}
        onInput={(event) => setWords(event.currentTarget.value)}
      />
    </label>
  );
  return { ...useAct(), reason, input: { orderSn, reason: words, idempotencyKey } };
}

const Choices = ({ close, busy, label }: { close(): void; busy: boolean; label: string }) => (
  <div class="choices">
    <button type="submit" class="danger" disabled={busy}>
      {label}
    </button>
    <button type="button" class="quiet" onClick={close}>
      {t('back')}
    </button>
  </div>
);
