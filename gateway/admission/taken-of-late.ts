/** How much time each client has taken of late, in milliseconds. */
export type TakenOfLate = {
  add(client: string, tookMs: number): void;
  /** @returns the client who has taken least; of several the one who comes first */
  least(clients: Iterable<string>): string | undefined;
};

const lateMs = 60_000;
/** More are not remembered so long. */
const mostClients = 10_000;

/** What was taken is forgotten after one minute or two. */
export function takenOfLate(now = () => performance.now()): TakenOfLate {
  let [before, since] = [new Map<string, number>(), new Map<string, number>()];
  let begun = now();
  const of = (client: string) => (before.get(client) ?? 0) + (since.get(client) ?? 0);
  const forget = () => {
    const isOver = now() - begun >= lateMs;
    if (!isOver && since.size < mostClients) return;
    [before, since] = [now() - begun >= 2 * lateMs ? new Map() : since, new Map()];
    begun = now();
  };
  return {
    add(client, tookMs) {
      forget();
      since.set(client, (since.get(client) ?? 0) + tookMs);
    },
    least(clients) {
      forget();
      let [found, least]: [string | undefined, number] = [undefined, Number.POSITIVE_INFINITY];
      for (const client of clients) {
        const taken = of(client);
        if (taken < least) [found, least] = [client, taken];
      }
      return found;
    },
  };
}
