import { createHmac, timingSafeEqual } from 'node:crypto';

const toleranceMs = 5 * 60_000;

/**
 * The headers by which payment and the sandbox prove to each other who sent a body, and when:
 * signed with the first secret.
 */
export function signatureHeaders(
  [secret = '']: readonly string[],
  body: string | Buffer,
  now: Date,
): Record<string, string> {
  const timestamp = String(now.getTime());
  return {
    'sandbox-timestamp': timestamp,
    'sandbox-signature': signatureOf(secret, timestamp, body),
  };
}

/** Whether a holder of one of the secrets sent this body within the last minutes. */
export function isSigned(
  secrets: readonly string[],
  headers: Record<string, string | string[] | undefined>,
  body: Buffer,
  now: Date,
): boolean {
  const { 'sandbox-timestamp': timestamp, 'sandbox-signature': signature } = headers;
  if (typeof timestamp !== 'string' || typeof signature !== 'string') return false;
  if (!(Math.abs(now.getTime() - Number(timestamp)) <= toleranceMs)) return false;
  const given = Buffer.from(signature);
  return secrets.some((secret) => {
    const right = Buffer.from(signatureOf(secret, timestamp, body));
    return given.length === right.length && timingSafeEqual(given, right);
  });
}

const signatureOf = (secret: string, timestamp: string, body: string | Buffer): string =>
  createHmac('sha256', secret).update(`${timestamp}.`).update(body).digest('hex');
