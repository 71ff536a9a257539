/** Asks the public API. @throws where the answer holds errors, or there is none */
export type Ask = <Data>(query: string, variables?: Record<string, unknown>) => Promise<Data>;

/** Asks as the user of a token, or as nobody. */
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

/** Whether a system answers here and is ready. */
export const isReady = (gatewayUrl: string): Promise<boolean> =>
  fetch(`${gatewayUrl}/health/ready`, { signal: AbortSignal.timeout(3_000) }).then(
    (answer) => answer.ok,
    () => false,
  );
