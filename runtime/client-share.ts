import type { ServerResponse } from 'node:http';
import type { Caller } from './caller.ts';

/** Resolves when a request may be executed. @throws where it would wait in vain */
export type Enter = (caller: Caller, response: ServerResponse) => Promise<void>;

export type ClientShareOptions = {
  /** Operations of clients that are executed at once. */
  atOnce: number;
  /** More than so many may not wait. */
  waiting: number;
  /** What is thrown then. */
  tooMany: () => Error;
};

/**
 * Keeps what clients ask, through any number of gateways, from taking all of a service: so many of
 * their operations are executed at once, and the others wait in order. What another service asks,
 * such as to close orders or to book a payment, waits for none of them.
 */
export function clientShare({ atOnce, waiting, tooMany }: ClientShareOptions): Enter {
  let running = 0;
  const queue = new Set<() => void>();

  const leave = () => {
    const [next] = queue;
    // The place passes on to the next one.
    if (next) next();
    else running -= 1;
  };

  return async ({ service }, response) => {
    if (service !== 'gateway' || response.destroyed) return;
    if (running >= atOnce) {
      if (queue.size >= waiting) throw tooMany();
      if (!(await turn(queue, response))) return;
    } else running += 1;
    response.once('close', leave);
  };
}

/** Waits for a place. @returns whether there is one: not where the client has left before */
const turn = (queue: Set<() => void>, response: ServerResponse): Promise<boolean> =>
  new Promise((resolve) => {
    const go = () => {
      queue.delete(go);
      response.off('close', left);
      resolve(true);
    };
    const left = () => {
      queue.delete(go);
      resolve(false);
    };
    queue.add(go);
    response.once('close', left);
  });
