import { clientError } from '../../runtime/errors.ts';
import { clientGone, type Gone } from '../../runtime/gone.ts';
import type { SubgraphRequest } from '../subgraphs/data-source.ts';
import type { Answer } from '../subgraphs/subgraph-request.ts';
import { copy } from './entity-merge.ts';
import type { Asked, Reads } from './reads.ts';

type Waiter = {
  request: SubgraphRequest;
  resolve(answer: Answer | Promise<Answer>): void;
  reject(error: unknown): void;
};

/** So seldom that the few that are under way are copied for next to nothing. */
const newMapEvery = 1_000;

/** A query under way, and who waits for its answer. */
type UnderWay = { waiters: Waiter[]; gone: Gone & { leave(): void } };

/**
 * Asks equal queries that are under way at once only once. Mutations are always asked.
 * @param onJoined called for each query that need not be asked
 */
export function sharedReads(onJoined: (subgraph: string) => void): Reads {
  let underWay = new Map<string, UnderWay>();
  let begunHere = 0;
  const forget = (key: string, one: UnderWay): void => {
    if (underWay.get(key) === one) underWay.delete(key);
  };

  const begin = (key: string, subgraph: Asked, request: SubgraphRequest): UnderWay => {
    const begun: UnderWay = { waiters: [], gone: clientGone() };
    // Each outgrown table of a Map keeps the next, see `roster`.
    begunHere += 1;
    if (begunHere % newMapEvery === 0) underWay = new Map(underWay);
    underWay.set(key, begun);
    const end = (): Waiter[] => {
      forget(key, begun);
      return begun.waiters.splice(0);
    };
    const until = { deadline: request.until?.deadline, signal: begun.gone };
    subgraph.ask({ ...request, until }).then(
      (answer) => {
        const waiters = end();
        // All copies are made before anybody can change the answer.
        const answers = waiters.map((_, i) => (i === 0 ? answer : copy(answer)));
        waiters.forEach(({ resolve }, i) => void resolve(answers[i] as Answer));
      },
      (error) => {
        for (const { request: of, resolve, reject } of end())
          if (hasTimeLeft(of, error)) resolve(ask(subgraph, of));
          else reject(error);
      },
    );
    return begun;
  };

  const ask: Reads['ask'] = (subgraph, request) => {
    if (request.kind === 'mutation') return subgraph.ask(request).finally(changed);
    const key = keyOf(subgraph, request);
    const known = underWay.get(key);
    if (known) {
      onJoined(subgraph.name);
      // The fetch itself is a span of the trace that asked first.
      request.span?.child(`join fetch ${subgraph.name}`, 'internal').end();
    }
    const joined = known ?? begin(key, subgraph, request);
    return waitFor(joined, request, () => forget(key, joined));
  };
  const changed = () => {
    underWay = new Map();
  };
  return { ask, changed, renewed: changed };
}

/** Who waits may leave alone; when the last has left, the query is given up. */
function waitFor(joined: UnderWay, request: SubgraphRequest, onEmpty: () => void): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { signal } = request.until ?? {};
    const leave = () => {
      const at = joined.waiters.indexOf(waiter);
      if (at < 0) return;
      joined.waiters.splice(at, 1);
      reject(clientError('SERVICE_UNAVAILABLE', 'Nobody waits for the answer.'));
      if (joined.waiters.length > 0) return;
      onEmpty();
      joined.gone.leave();
    };
    const settled = () => signal?.removeEventListener('abort', leave);
    const waiter: Waiter = {
      request,
      resolve(answer) {
        settled();
        resolve(answer);
      },
      reject(error) {
        settled();
        reject(error);
      },
    };
    joined.waiters.push(waiter);
    if (signal?.aborted) leave();
    else signal?.addEventListener('abort', leave, { once: true });
  });
}

/** Equal queries of callers that subgraphs cannot tell apart. */
const keyOf = ({ name }: Asked, { body, caller }: SubgraphRequest): string =>
  `${JSON.stringify([name, caller])}${body}`;

/** Whoever came later has time left when the operation that asked first has not. */
const hasTimeLeft = ({ until }: SubgraphRequest, error: unknown): boolean =>
  (error as { extensions?: { code?: unknown } }).extensions?.code === 'OPERATION_TIMEOUT' &&
  (until?.deadline ?? 0) > performance.now();
