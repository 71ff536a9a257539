import type { Log } from '../../../runtime/log.ts';

/**
 * Does something for one payment or refund. A failure is logged and left to the next run. Returns
 * whether it went well.
 */
export async function tryOne(log: Log, task: () => Promise<unknown>): Promise<boolean> {
  try {
    await task();
    return true;
  } catch (error) {
    log.warn({ err: error }, 'a payment or refund could not be processed; trying again later');
    return false;
  }
}

const atOnce = 20;

/**
 * Does something for each item, some at a time, so that one that fails or waits stops no other.
 * Returns how many went well.
 * @param within what the lines of an item's log are written in
 */
export async function tryEach<Item>(
  log: Log,
  items: readonly Item[],
  task: (item: Item) => Promise<unknown>,
  within: <T>(item: Item, work: () => T) => T = (_item, work) => work(),
): Promise<number> {
  const left = items.values();
  let done = 0;
  const worker = async () => {
    for (const item of left) if (await within(item, () => tryOne(log, () => task(item)))) done += 1;
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  return done;
}
