import { setTimeout as delay } from 'node:timers/promises';

const slice = 100;
const everyMs = 50;

/**
 * Does something to many connections, a hundred at a time: what is closed comes back, and not all at
 * one moment. 10,000 take five seconds.
 */
export async function inSlices<Item>(
  items: Iterable<Item>,
  work: (item: Item) => void,
): Promise<void> {
  const all = [...items];
  for (let at = 0; at < all.length; at += slice) {
    if (at > 0) await delay(everyMs);
    for (const item of all.slice(at, at + slice)) work(item);
  }
}
