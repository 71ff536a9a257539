const limitMs = 60_000;
const isBusy = (error: unknown) =>
  /"code":"(SERVICE_UNAVAILABLE|OPERATION_TIMEOUT)"/.test(`${error}`);

/**
 * Asks as a client does: the same again where there was no answer in time, as on a busy machine.
 * @throws every other error, and the last where there is no answer within a minute
 */
export async function untilAnswered<T>(ask: () => Promise<T>): Promise<T> {
  const end = Date.now() + limitMs;
  for (;;) {
    try {
      return await ask();
    } catch (error) {
      if (!isBusy(error) || Date.now() > end) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
