import { now, readServerDate } from './clock.ts';
import type { Operation } from './generated.ts';
import { session, signOut } from './session.ts';

/** Where the API is: the page's own origin, unless the page was built for another. */
export const api = `${import.meta.env.VITE_API_URL ?? ''}/graphql`;

/** Where else the gateway answers, such as `sign-in`. */
export const besideApi = (path: string): string => api.replace(/graphql$/, path);

/**
 * The API answered with an error. `code` is its `extensions.code`; `OFFLINE` means that there was
 * no answer at all.
 */
export class ApiError extends Error {
  override name = 'ApiError';
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export function headers(): Record<string, string> {
  const current = session();
  return {
    'content-type': 'application/json',
    ...(current && current.expires > now() ? { authorization: `Bearer ${current.token}` } : {}),
  };
}

/** @throws ApiError if there is no answer */
export const ask = (address: string, init: RequestInit): Promise<Response> =>
  fetch(address, init).catch(() => {
    throw new ApiError('OFFLINE', 'There is no connection.');
  });

type GraphqlError = {
  message: string;
  path?: readonly (string | number)[];
  extensions?: { code?: string };
};

/** What is asked for by its name: null, without an error, where there is no such thing. */
type Unknown = 'homestay' | 'homestayOrder' | 'homestayShop' | 'node' | 'payment';

/** An answer whose root fields have not failed. What lies deeper is null while it is away. */
export type Answered<Data> = {
  [Root in keyof Data]: Root extends Unknown ? Data[Root] : NonNullable<Data[Root]>;
};

/**
 * Sends a registered operation.
 * @throws ApiError if a root field failed
 */
export async function send<Data, Variables>(
  operation: Operation<Data, Variables>,
  variables: Variables,
): Promise<Answered<Data>> {
  const query: string = operation;
  const body = JSON.stringify({ query, variables });
  const response = await ask(api, { method: 'POST', headers: headers(), body });
  readServerDate(response);
  const { data, errors } = (await response.json().catch(() => ({}))) as {
    data?: Data;
    errors?: GraphqlError[];
  };
  const error = errors?.find(({ path }) => !data || failsRoot(data, path));
  if (error) throw refused(error);
  if (!data) throw new ApiError('OFFLINE', 'There is no answer.');
  return data as Answered<Data>;
}

/** Whether an error is why a root field is null. One that names no place may be. */
const failsRoot = <Data>(data: Data, path: GraphqlError['path'] = []): boolean =>
  path[0] === undefined || data[path[0] as keyof Data] === null;

export function refused({ message, extensions }: GraphqlError): ApiError {
  const code = extensions?.code ?? 'INTERNAL_SERVER_ERROR';
  if (code === 'UNAUTHENTICATED') signOut();
  return new ApiError(code, message);
}
