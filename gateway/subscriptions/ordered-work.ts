import { makeRoom } from '../../runtime/newest-wins-queue.ts';

export type OrderedWorkOptions<Item, Result> = {
  /** How many items run side by side. */
  maxRunning: number;
  /** How many more may wait. */
  maxWaiting: number;
  /**
   * Items with the same key are states of the same thing. A waiting one gives way to a newer one
   * when too many wait.
   */
  keyOf(item: Item): string | undefined;
  /** Whether an item may start now, beside those that run. */
  mayStart(item: Item, running: readonly Item[]): boolean;
  /** Must not reject. */
  run(item: Item): Promise<Result>;
  deliver(item: Item, result: Result): void;
  onReplaced(): void;
  /** Too many items wait, and none can give way. */
  onOverflow(): void;
};

export type OrderedWork<Item> = {
  push(item: Item): void;
  /** The last item, if it has not started yet. */
  lastWaiting(): Item | undefined;
};

type Slot<Item, Result> = { item: Item; result?: { value: Result } };

/** Runs items side by side, and delivers their results in the order in which the items came. */
export function orderedWork<Item, Result>(
  options: OrderedWorkOptions<Item, Result>,
): OrderedWork<Item> {
  const { maxRunning, maxWaiting, keyOf, mayStart, run, deliver } = options;
  const waiting: Item[] = [];
  const slots: Slot<Item, Result>[] = [];

  const startNext = () => {
    while (waiting.length > 0 && slots.length < maxRunning) {
      const running = slots.map(({ item }) => item);
      if (!mayStart(waiting[0] as Item, running)) return;
      void start({ item: waiting.shift() as Item });
    }
  };
  const start = async (slot: Slot<Item, Result>) => {
    slots.push(slot);
    slot.result = { value: await run(slot.item) };
    for (let first = slots[0]; first?.result; first = slots[0]) {
      slots.shift();
      deliver(first.item, first.result.value);
    }
    startNext();
  };
  return {
    push(item) {
      waiting.push(item);
      startNext();
      const made = makeRoom(waiting, { max: maxWaiting, keyOf });
      if (made === 'replaced') options.onReplaced();
      if (made === 'full') options.onOverflow();
    },
    lastWaiting: () => waiting.at(-1),
  };
}
