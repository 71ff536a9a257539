import type { DueOrder, DueOrders } from '../domain/due-orders.ts';
import type { DueAhead } from './due-ahead.ts';

export type CloseDueOrdersNeeds = {
  now(): Promise<Date>;
  /** Paused: nothing closes by its deadline, as while a database is being restored. */
  closing: 'active' | 'paused';
  /** How long a payment attempt without an answer keeps its order open. */
  holdUnansweredForMs: number;
  /** Keeps what will be due at a deadline that is near, so that it need not be looked up then. */
  ahead: DueAhead;
  /** Due orders, all but those that are left out. */
  dueOrders(which: DueOrders, except: readonly string[], limit: number): Promise<DueOrder[]>;
  /**
   * Closes those of these orders that are still due, in one transaction. An error if a document is
   * bad, and then none is changed.
   */
  closeDue(which: DueOrders, due: readonly DueOrder[]): Promise<number | Error>;
  /**
   * Runs work once for all callers that wait for it: they come every second and give up after some,
   * so a run for each would queue up.
   */
  together(work: () => Promise<number>): Promise<number>;
  /** Runs work that only one process does at a time. */
  alone<T>(work: () => Promise<T>): Promise<T>;
  /** Documents that cannot be changed, for some time. */
  setAside: { add(sn: string, now: Date, error: Error): void; list(now: Date): string[] };
};

// One look for many transactions: a database may look at all that is due before it obeys a limit.
const lookSize = 20_000;
const batchSize = 500;
const batchesAtOnce = 2;
// So that every run ends. The next one goes on.
const maxLooks = 100;
const longestMs = 86_400_000;
// A job asks for the first time about so long before its deadline.
const nearMs = 5_000;

/**
 * Closes every order whose deadline has passed, by the database's clock, and frees their nights. An
 * order with a payment attempt stays open until the attempt has ended, or its provider has not
 * answered for too long. It may run any number of times at once.
 * @param deadline what the caller asks for, perhaps too early: it is told how long to wait
 */
export async function closeDueOrders(
  needs: CloseDueOrdersNeeds,
  deadline: Date | null,
): Promise<{ closed: number; dueInMs: number }> {
  const now = await needs.now();
  const ahead = deadline ? deadline.getTime() - now.getTime() : 0;
  const dueInMs = Math.min(Math.max(ahead, 0), longestMs);
  if (needs.closing === 'paused') return { closed: 0, dueInMs };
  if (deadline && dueInMs > 0 && dueInMs < nearMs)
    needs.ahead.look(deadline, () =>
      lookUp(needs, { kind: 'due', from: deadline, until: deadline, now }),
    );
  return { closed: await needs.together(() => closeAllDue(needs)), dueInMs };
}

/** What is due is judged when the run begins, which may be long after it was asked for. */
async function closeAllDue(needs: CloseDueOrdersNeeds): Promise<number> {
  const now = await needs.now();
  const unansweredBefore = new Date(now.getTime() - needs.holdUnansweredForMs);
  const due = await closeAll(needs, { kind: 'due', until: now, now }, await needs.ahead.take(now));
  const unanswered = await closeAll(needs, { kind: 'unanswered', until: unansweredBefore, now });
  return due + unanswered;
}

const lookUp = (needs: CloseDueOrdersNeeds, which: DueOrders): Promise<DueOrder[]> =>
  needs.dueOrders(which, needs.setAside.list(which.now), lookSize);

/** @param known what was looked up before */
async function closeAll(
  needs: CloseDueOrdersNeeds,
  which: DueOrders,
  known: readonly DueOrder[] = [],
): Promise<number> {
  let due = known.length > 0 ? known : await lookUp(needs, which);
  if (due.length === 0) return 0;
  return needs.alone(async () => {
    let closed = 0;
    for (let looks = 1; due.length > 0 && looks <= maxLooks; looks += 1) {
      closed += await closeLookedUp(needs, which, due);
      due = await lookUp(needs, which);
    }
    return closed;
  });
}

/**
 * Closes what a look has found, and stops early if some of it could not be closed: the rest is
 * looked up anew. While the database writes one batch, the next is prepared.
 */
async function closeLookedUp(
  needs: CloseDueOrdersNeeds,
  which: DueOrders,
  due: readonly DueOrder[],
): Promise<number> {
  let closed = 0;
  let from = 0;
  const closeInTurn = async () => {
    while (from < due.length) {
      const batch = due.slice(from, from + batchSize);
      from += batchSize;
      const some = await closeEach(needs, which, batch);
      closed += some;
      if (some < batch.length) from = due.length;
    }
  };
  await Promise.all(Array.from({ length: batchesAtOnce }, closeInTurn));
  return closed;
}

/**
 * Closes all but the documents that are bad: it halves the batch until each of those is by itself,
 * and sets it aside.
 */
async function closeEach(
  needs: CloseDueOrdersNeeds,
  which: DueOrders,
  due: readonly DueOrder[],
): Promise<number> {
  const closed = await needs.closeDue(which, due);
  if (!(closed instanceof Error)) return closed;
  const [first] = due;
  if (first && due.length === 1) {
    needs.setAside.add(first.sn, which.now, closed);
    return 0;
  }
  const half = Math.ceil(due.length / 2);
  return (
    (await closeEach(needs, which, due.slice(0, half))) +
    (await closeEach(needs, which, due.slice(half)))
  );
}
