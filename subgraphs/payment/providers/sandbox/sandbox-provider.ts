import { Pool } from 'undici';
import { z } from 'zod';
import {
  type Provider,
  type ProviderPayment,
  ProviderRefused,
  ProviderUnavailable,
} from '../../domain/provider.ts';
import { isSigned, signatureHeaders } from './signature.ts';

const payment = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['WAIT', 'FAILED', 'CLOSED']), payUrl: z.string() }),
  z.object({
    state: z.literal('SUCCESS'),
    payUrl: z.string(),
    amount: z.int(),
    currency: z.string(),
    paidAt: z.coerce.date(),
  }),
]);
const refund = z.object({ state: z.enum(['WAIT', 'SUCCESS', 'FAILED']) });
const webhook = z.discriminatedUnion('about', [
  z.object({ about: z.literal('payment'), sn: z.string(), payment }),
  z.object({
    about: z.literal('refund'),
    sn: z.string(),
    amount: z.int(),
    currency: z.string(),
    refund,
  }),
]);

export type SandboxOptions = { url: string; secret: string; timeoutMs: number; now?: () => Date };

/** The provider for trying things out: a service of our own that behaves as a real one would, without real money. */
export function sandboxProvider({
  url,
  secret,
  timeoutMs,
  now = () => new Date(),
}: SandboxOptions): Provider {
  const pool = new Pool(url);

  async function ask(
    method: 'GET' | 'POST',
    path: string,
    content?: object,
  ): Promise<string | undefined> {
    const body = content ? JSON.stringify(content) : '';
    const answer = await pool
      .request({
        method,
        path,
        headers: { 'content-type': 'application/json', ...signatureHeaders(secret, body, now()) },
        ...(content ? { body } : {}),
        signal: AbortSignal.timeout(timeoutMs),
      })
      .then(async (response) => ({ status: response.statusCode, text: await response.body.text() }))
      .catch((error) => {
        throw new ProviderUnavailable(`no answer from the sandbox: ${error.message}`, {
          cause: error,
        });
      });
    if (answer.status === 404) return undefined;
    if (answer.status >= 500)
      throw new ProviderUnavailable(`the sandbox answered ${answer.status}`);
    if (answer.status >= 400)
      throw new ProviderRefused(`the sandbox answered ${answer.status}: ${answer.text}`);
    return answer.text;
  }
  const paymentIn = (answer: string | undefined): ProviderPayment =>
    answer === undefined ? { state: 'UNKNOWN' } : read(payment, answer);

  return {
    methods: ['SANDBOX'],
    async begin({ sn, amount, currency, description, payBefore }, webhookUrl) {
      const content = { sn, amount, currency, description, payBefore, notifyUrl: webhookUrl };
      return {
        instructions: { url: read(payment, await ask('POST', '/v1/payments', content)).payUrl },
      };
    },
    query: async ({ sn }) => paymentIn(await ask('GET', `/v1/payments/${sn}`)),
    close: async ({ sn }) => paymentIn(await ask('POST', `/v1/payments/${sn}/close`, {})),
    refund: async ({ sn, payment: { sn: paymentSn }, amount, reason }) =>
      read(refund, await ask('POST', '/v1/refunds', { sn, paymentSn, amount, reason })),
    async queryRefund({ sn }) {
      const answer = await ask('GET', `/v1/refunds/${sn}`);
      return answer === undefined ? { state: 'UNKNOWN' } : read(refund, answer);
    },
    async readWebhook({ headers, body }) {
      if (!isSigned(secret, headers, body, now())) return null;
      try {
        return webhook.parse(JSON.parse(body.toString('utf8')));
      } catch {
        return null;
      }
    },
    stop: () => pool.close(),
  };
}

/** What an answer says. One that makes no sense is as good as none. */
function read<Said>(shape: z.ZodType<Said>, answer = ''): Said {
  try {
    return shape.parse(JSON.parse(answer));
  } catch (error) {
    throw new ProviderUnavailable('the sandbox answered something else than was asked', {
      cause: error,
    });
  }
}
