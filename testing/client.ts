import { type Dispatcher, request } from 'undici';

export type AskOptions = {
  variables?: Record<string, unknown>;
  token?: string | null;
  headers?: Record<string, string>;
  dispatcher?: Dispatcher;
};
export type Answer<Data> = {
  status: number;
  data: Data;
  errors?: { message: string; path?: unknown; extensions: Record<string, unknown> }[];
  text: string;
};

/** Sends one GraphQL operation over HTTP and returns the whole answer, errors included. */
export async function ask<Data>(
  url: string,
  query: string,
  { variables, token, headers, dispatcher }: AskOptions = {},
): Promise<Answer<Data>> {
  const { statusCode, body } = await request(`${url}/graphql`, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token ? { authorization: `Bearer ${token}` } : {}),
      ...headers,
    },
    body: JSON.stringify({ query, variables }),
    ...(dispatcher ? { dispatcher } : {}),
  });
  const text = await body.text();
  return { status: statusCode, text, ...JSON.parse(text) };
}

/** Like `ask`, but returns the data alone. @throws an error that holds all errors of the answer */
export async function dataOf<Data>(
  url: string,
  query: string,
  options: AskOptions = {},
): Promise<Data> {
  const { data, errors } = await ask<Data>(url, query, options);
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}
