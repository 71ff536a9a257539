/** Runs heavy work of all clients a few at a time; each client has its turn. */
export type Turns = <T>(client: string, work: () => Promise<T>) => Promise<T>;

/**
 * Waiting work is begun client by client, so that who sends much waits for his own, and others for
 * one of his at most.
 */
export function turns(atOnce: number): Turns {
  let running = 0;
  /** What waits by client; the one who comes first is next. */
  const waiting = new Map<string, (() => void)[]>();

  const begin = (): void => {
    const [next] = waiting;
    if (!next || running >= atOnce) return;
    const [client, [first, ...rest]] = next as [string, [() => void, ...(() => void)[]]];
    waiting.delete(client);
    // His next one comes after all others'.
    if (rest.length > 0) waiting.set(client, rest);
    running += 1;
    first();
  };

  return async (client, work) => {
    await new Promise<void>((resolve) => {
      const own = waiting.get(client);
      if (own) own.push(resolve);
      else waiting.set(client, [resolve]);
      begin();
    });
    try {
      return await work();
    } finally {
      running -= 1;
      begin();
    }
  };
}
