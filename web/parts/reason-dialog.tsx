import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { t } from '../words/words.ts';
import { useAct } from './act.ts';
import { Dialog } from './dialog.tsx';
import { Notice } from './notice.tsx';

type Reasoned = { reason: string; idempotencyKey: string };

type ReasonDialogProps<Answer> = {
  title: string;
  /** What it means. */
  text: string;
  /** What the reason is called; null where none is needed. */
  reasonLabel?: string | null;
  /** More to fill in. */
  children?: ComponentChildren;
  /** What does it, and what leaves it. */
  doLabel: string;
  backLabel?: string;
  ask(given: Reasoned): Promise<Answer>;
  /** Called with what the API granted. */
  answered(answer: Exclude<Answer, { message: string }>): void;
  close(): void;
};

/**
 * Something that can't be taken back: it says what it means, and asks why, before it happens. It
 * has one idempotency key, so that pressing twice does it once.
 */
export function ReasonDialog<Answer>(props: ReasonDialogProps<Answer>) {
  const { title, text, children, doLabel, backLabel = t('back'), ask, answered, close } = props;
  const { reasonLabel = t('refundReason') } = props;
  const [reason, setReason] = useState('');
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const { act, busy, refused } = useAct();
  const submit = async (event: SubmitEvent) => {
    event.preventDefault();
    const answer = await act(() => ask({ reason, idempotencyKey }));
    if (answer !== undefined) answered(answer);
  };
  return (
    <Dialog title={title} close={close}>
      <form onSubmit={submit}>
        <p>{text}</p>
        {children}
        {reasonLabel !== null && (
          <label>
            {reasonLabel}
            <input
              required
              maxLength={200}
              value={reason}
              onInput={(event) => setReason(event.currentTarget.value)}
            />
          </label>
        )}
        {refused && <Notice>{refused}</Notice>}
        <div class="choices">
          <button type="submit" class="danger" disabled={busy}>
            {doLabel}
          </button>
          <button type="button" class="quiet" onClick={close}>
            {backLabel}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
