type Nothing = undefined | null | false;

const pauseMs = { shortest: 25, longest: 250 };

/**
 * Waits until `found` gives something. It asks less often the longer it waits, since to ask costs
 * the time of what it waits for. @throws where it has not within `limitMs`
 */
export async function eventually<T>(
  found: () => T | Nothing | Promise<T | Nothing>,
  limitMs = 20_000,
): Promise<T> {
  const begin = Date.now();
  for (;;) {
    const value = await found();
    if (value) return value;
    const waited = Date.now() - begin;
    if (waited > limitMs) throw new Error(`nothing came within ${limitMs} ms: ${found}`);
    const pause = Math.min(Math.max(waited / 10, pauseMs.shortest), pauseMs.longest);
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/**
 * Waits until `found` gives something for each item, and asks no more about an item for which it
 * has. @throws where one is left after `limitMs`
 */
export async function eventuallyEach<Item, T>(
  items: readonly Item[],
  found: (item: Item) => T | Nothing | Promise<T | Nothing>,
  limitMs?: number,
): Promise<T[]> {
  const values = new Map<Item, T>();
  const tell = async (item: Item) => {
    const value = await found(item);
    if (value) values.set(item, value);
  };
  await eventually(async () => {
    await Promise.all(items.filter((item) => !values.has(item)).map(tell));
    return items.every((item) => values.has(item));
  }, limitMs);
  return items.map((item) => values.get(item) as T);
}
