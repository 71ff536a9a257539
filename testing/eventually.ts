type Nothing = undefined | null | false;

/** Waits until `found` gives something. @throws where it has not within `limitMs` */
export async function eventually<T>(
  found: () => T | Nothing | Promise<T | Nothing>,
  limitMs = 20_000,
): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    const value = await found();
    if (value) return value;
    if (Date.now() > end) throw new Error(`nothing came within ${limitMs} ms: ${found}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
