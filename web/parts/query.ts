import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { type Answered, ApiError, send } from '../api/client.ts';
import type { Operation } from '../api/generated.ts';
import { onSession, type Session, session } from '../api/session.ts';

export type Query<Data> = {
  data: Data | null;
  error: ApiError | null;
  loading: boolean;
  again(): void;
};

/**
 * Sends an operation, again whenever its variables change, and when the browser is online again
 * after a failure.
 */
export function useQuery<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
): Query<Answered<Data>> {
  const key = JSON.stringify(variables);
  return useAnswer(
    useCallback(() => send(operation, JSON.parse(key) as Variables), [operation, key]),
  );
}

/** Asks, again whenever the question is another function, and when the browser is online again. */
export function useAnswer<Data>(ask: () => Promise<Data>): Query<Data> {
  const [state, setState] = useState<Omit<Query<Data>, 'again'>>({
    data: null,
    error: null,
    loading: true,
  });
  const run = useRef(0);
  // Who kept an earlier `again`, as a subscription does, asks what is asked now.
  const asked = useRef(ask);
  asked.current = ask;
  const again = useCallback(async () => {
    run.current += 1;
    const mine = run.current;
    setState((before) => ({ ...before, loading: true }));
    try {
      const data = await asked.current();
      if (run.current === mine) setState({ data, error: null, loading: false });
    } catch (error) {
      if (run.current !== mine) return;
      setState((before) => ({ ...before, error: asApiError(error), loading: false }));
    }
  }, []);
  useEffect(() => {
    void again();
    addEventListener('online', again);
    return () => {
      run.current += 1;
      removeEventListener('online', again);
    };
  }, [again, ask]);
  return { ...state, again: () => void again() };
}

export const asApiError = (error: unknown): ApiError =>
  error instanceof ApiError ? error : new ApiError('INTERNAL_SERVER_ERROR', String(error));

export function useSession(): Session | null {
  const [current, setCurrent] = useState(session);
  useEffect(() => onSession(() => setCurrent(session())), []);
  return current;
}
