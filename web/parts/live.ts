import { useEffect, useState } from 'preact/hooks';
import type { Operation } from '../api/generated.ts';
import { type Connection, watch } from '../api/subscribe.ts';

/** Follows a subscription while a page is shown. Returns how its connection is. */
export function useLive<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
  next: (data: Data) => void,
): Connection {
  const [connection, setConnection] = useState<Connection>('connecting');
  const key = JSON.stringify(variables);
  useEffect(
    () => watch(operation, JSON.parse(key) as Variables, { next, connection: setConnection }),
    [operation, key],
  );
  return connection;
}
