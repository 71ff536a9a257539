/** Sends an operation to the public API. @throws if there is no answer, or it holds errors */
export type Ask = <Data>(query: string, variables?: Record<string, unknown>) => Promise<Data>;

/** Sends operations with a user's token, or without one. */
export const askAt =
  (gatewayUrl: string, token?: string): Ask =>
  async <Data>(query: string, variables: Record<string, unknown> = {}) => {
    const answer = await fetch(`${gatewayUrl}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      },
      body: JSON.stringify({ query, variables }),
    });
    const { data, errors } = (await answer.json()) as {
      data?: Data;
      errors?: { message: string }[];
    };
    if (errors?.length || !data)
      throw new Error(errors?.map(({ message }) => message).join(' ') || 'no data came back');
    return data;
  };

/** Whether the system at this address is ready. */
export const isReady = (gatewayUrl: string): Promise<boolean> =>
  fetch(`${gatewayUrl}/health/ready`, { signal: AbortSignal.timeout(3_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
