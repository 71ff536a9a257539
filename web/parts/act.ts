import { useRef, useState } from 'preact/hooks';
import { day, money } from '../words/format.ts';
import { t, wordOf } from '../words/words.ts';
import { asApiError } from './query.ts';

type Limits = {
  min?: number | null;
  max?: number | null;
  earliest?: string | null;
  latest?: string | null;
  /** Amounts are in minor units of it. */
  currency?: string | null;
};
/** What refusals of the API have in common; a program's word is `code` or `reason`. */
export type Refusal = { message: string; code?: string; reason?: string; limits?: Limits | null };
type Granted<Answer> = Exclude<Answer, { message: string }>;

/** A refusal in the reader's language, with the limits that were not kept. */
export function refusalWords({ code, reason, message, limits }: Refusal): string {
  const { min, max, earliest, latest, currency } = limits ?? {};
  const limitOf = (amount: number) => (currency ? money({ amount, currency }) : amount);
  return [
    wordOf('messages', code ?? reason ?? '', message),
    typeof min === 'number' && t('atLeast', { limit: limitOf(min) }),
    typeof max === 'number' && t('atMost', { limit: limitOf(max) }),
    earliest && t('earliest', { date: day(earliest) }),
    latest && t('latest', { date: day(latest) }),
  ]
    .filter(Boolean)
    .join(' ');
}

/**
 * Sends one change at a time. `act` returns what the API granted; where it refused, or could not be
 * asked, it returns undefined and `refused` says why.
 */
export function useAct() {
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState('');
  const running = useRef(false);
  const act = async <Answer>(ask: () => Promise<Answer>): Promise<Granted<Answer> | undefined> => {
    if (running.current) return undefined;
    running.current = true;
    setBusy(true);
    setRefused('');
    try {
      const answer = await ask();
      if (!isRefusal(answer)) return answer as Granted<Answer>;
      setRefused(refusalWords(answer));
    } catch (error) {
      setRefused(refusalWords(asApiError(error)));
    } finally {
      running.current = false;
      setBusy(false);
    }
    return undefined;
  };
  return { act, busy, refused };
}

const isRefusal = (answer: unknown): answer is Refusal =>
  typeof answer === 'object' && answer !== null && 'message' in answer;
