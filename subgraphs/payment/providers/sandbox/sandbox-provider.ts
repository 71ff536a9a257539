import { Pool } from 'undici';
import { z } from 'zod';
import { isCurrency } from '../../../../runtime/currency.ts';
import { isSigned, signatureHeaders } from '../../../../runtime/sandbox-signature.ts';
import { currentSpan } from '../../../../runtime/tracing/span.ts';
import {
  type Provider,
  type ProviderFact,
  ProviderRefused,
  ProviderUnavailable,
} from '../../domain/provider.ts';
import { readAnswer } from '../read-answer.ts';
import { answers, factOf, paymentOf, refundFact } from './sandbox-facts.ts';

export type SandboxOptions = {
  url: string;
  /** We sign with the first, and believe both. */
  secrets: readonly string[];
  timeoutMs: number;
  now?: () => Date;
};

type Ask = (method: 'GET' | 'POST', path: string, content?: object) => Promise<unknown>;

/**
 * The provider to try things out with: a service of our own that behaves like a real one, without
 * real money.
 */
export function sandboxProvider(options: SandboxOptions): Provider {
  const { url, secrets, now = () => new Date() } = options;
  const pool = new Pool(url);
  const ask = asking(pool, options);
  return {
    methods: ['SANDBOX'],
    limits: (currency) =>
      isCurrency(currency) ? { smallest: 1, largest: Number.MAX_SAFE_INTEGER, step: 1 } : null,
    async begin({ sn, amount, currency, description, payBefore, returnUrl }, notifyUrl) {
      const content = { sn, amount, currency, description, payBefore, notifyUrl, returnUrl };
      const { payUrl } = read(answers.payment, await ask('POST', '/v1/payments', content));
      return { instructions: { url: payUrl } };
    },
    query: async ({ sn }) => paymentIn(await ask('GET', `/v1/payments/${sn}`)),
    close: async ({ sn }) => paymentIn(await ask('POST', `/v1/payments/${sn}/close`, {})),
    async refund({ sn, payment: { sn: paymentSn }, amount, reason }) {
      const answer = await ask('POST', '/v1/refunds', { sn, paymentSn, amount, reason });
      return read(answers.refund, answer);
    },
    async queryRefund({ sn, providerRef = sn }) {
      const answer = await ask('GET', `/v1/refunds/${providerRef}`);
      return answer === null ? { state: 'UNKNOWN' } : read(answers.refund, answer);
    },
    async readWebhook({ headers, body }) {
      if (!isSigned(secrets, headers, body, now())) return null;
      try {
        return factOf(JSON.parse(body.toString('utf8')));
      } catch {
        return null;
      }
    },
    facts: (since) => listed(ask, since),
    factsOf: ({ sn }) => listedOf(ask, sn),
    stop: () => pool.close(),
  };
}

const paymentIn = (answer: unknown) =>
  answer === null ? { state: 'UNKNOWN' as const } : paymentOf(read(answers.payment, answer));

async function* listed(ask: Ask, since: Date): AsyncGenerator<ProviderFact> {
  const from = encodeURIComponent(since.toISOString());
  for (let after = ''; ; ) {
    const answer = await ask('GET', `/v1/payments?since=${from}&after=${after}`);
    const { payments } = read(answers.payments, answer);
    for (const each of payments) yield { about: 'payment', sn: each.sn, payment: paymentOf(each) };
    const last = payments.at(-1);
    if (!last) break;
    after = further(after, last.sn);
  }
  yield* refundsListed(ask, `since=${from}`);
}

async function* listedOf(ask: Ask, sn: string): AsyncGenerator<ProviderFact> {
  yield { about: 'payment', sn, payment: paymentIn(await ask('GET', `/v1/payments/${sn}`)) };
  yield* refundsListed(ask, `paymentSn=${sn}`);
}

async function* refundsListed(ask: Ask, which: string): AsyncGenerator<ProviderFact> {
  for (let after = ''; ; ) {
    const answer = await ask('GET', `/v1/refunds?${which}&after=${after}`);
    const { refunds } = read(answers.refunds, answer);
    for (const each of refunds) yield refundFact(each, each.state);
    const last = refunds.at(-1);
    if (!last) break;
    after = further(after, last.ref);
  }
}

/** Where the next page begins. A list that does not get further would never end. */
function further(after: string, last: string): string {
  if (last > after) return last;
  throw new ProviderUnavailable('the sandbox repeats a page of its list');
}

const problem = z.object({ error: z.string() });

/** Asks the sandbox. Null if it answers that there is no such thing. */
function asking(pool: Pool, { secrets, timeoutMs, now = () => new Date() }: SandboxOptions): Ask {
  return async (method, path, content) => {
    const body = content ? JSON.stringify(content) : '';
    const headers = {
      'content-type': 'application/json',
      ...signatureHeaders(secrets, body, now()),
      ...currentSpan()?.headers,
    };
    const signal = AbortSignal.timeout(timeoutMs);
    const { status, text } = await pool
      .request({ method, path, headers, signal, ...(content ? { body } : {}) })
      .then(async (response) => ({ status: response.statusCode, text: await response.body.text() }))
      .catch((error) => {
        throw new ProviderUnavailable(`the sandbox does not answer: ${error.message}`, {
          cause: error,
        });
      });
    const answer = jsonOf(text);
    // Null stands for what the sandbox does not know, and it says that with 404 only.
    if (status === 200) return answer ?? undefined;
    const isOurs = problem.safeParse(answer).success;
    if (isOurs && status === 404) return null;
    // Only these two say no to what was asked. Anything else may be different the next time, or is
    // not the sandbox.
    if (isOurs && (status === 400 || status === 422))
      throw new ProviderRefused(`the sandbox answered ${status}: ${text}`);
    throw new ProviderUnavailable(`the sandbox answered ${status}`);
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

const read = <Said>(shape: z.ZodType<Said>, answer: unknown): Said =>
  readAnswer('the sandbox', shape, answer);
