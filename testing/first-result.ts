import type { Answer } from './client.ts';

type Asked = { query: string; variables: Record<string, unknown>; token: string };

/** The first result of a subscription over server-sent events, or why there is none. */
export async function firstResult(
  url: string,
  { query, variables, token }: Asked,
): Promise<Answer<unknown>> {
  const gone = new AbortController();
  const response = await fetch(`${url}/graphql/stream`, {
    method: 'POST',
    headers: {
      accept: 'text/event-stream',
      'content-type': 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query, variables }),
    signal: gone.signal,
  });
  try {
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true });
      const [, data] = /^event: next\ndata: (.*)\n\n/m.exec(text) ?? [];
      if (data) return { status: response.status, text, ...JSON.parse(data) };
    }
    if (!response.ok) return { status: response.status, text, ...JSON.parse(text) };
    throw new Error(`the subscription ended without a result: ${text}`);
  } finally {
    gone.abort();
  }
}
