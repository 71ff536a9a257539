import { clientLeft } from '../../../runtime/gone.ts';
import type { OperationRecord } from '../../records/operation-record.ts';

/** What was begun last under each id of a socket. */
export type LatestOfIds = Map<string, symbol>;

/**
 * A client may complete an operation and begin another with its id, before the first is admitted.
 * graphql-ws knows them by the id alone: it would run both, and leave one of them.
 */
export function takeId(latest: LatestOfIds, id: string) {
  const own = Symbol(id);
  latest.set(id, own);
  return {
    isTaken: () => latest.get(id) !== own,
    giveBack: () => void (latest.get(id) === own && latest.delete(id)),
  };
}

/** For what the client has left: whatever graphql-ws did next would be done to its id's next one. */
export const never = <T>(): Promise<T> => new Promise(() => {});

export function leftBehind(record: OperationRecord): Promise<never> {
  record.end(clientLeft);
  return never();
}
