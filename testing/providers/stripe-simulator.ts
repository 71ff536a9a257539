import { createHmac, randomUUID } from 'node:crypto';
import { request } from 'undici';
import { type Answered, type Asked, listen } from '../listen.ts';
import type { Simulator, Telling } from './simulator.ts';

export type StripeSimulatorOptions = {
  secretKey: string;
  webhookSecret: string;
  notifyUrl: string;
};

type Session = {
  id: string;
  object: 'checkout.session';
  client_reference_id: string;
  status: 'open' | 'complete' | 'expired';
  payment_status: 'unpaid' | 'paid';
  amount_total: number;
  currency: string;
  payment_intent: string | null;
  url: string | null;
  created: number;
};
/** Money that went back. Of a dispute the bank took it. */
type Refund = {
  id: string;
  object: 'refund' | 'dispute';
  payment_intent: string;
  amount: number;
  currency: string;
  status: string;
  metadata: { sn: string };
};

/**
 * The few endpoints of Stripe's API that we use, in its wire format, with its idempotency keys and
 * its webhook signature.
 */
export async function startStripeSimulator(options: StripeSimulatorOptions): Promise<Simulator> {
  const sessions = new Map<string, Session>();
  const refunds = new Map<string, Refund>();
  const answers = new Map<string, Answered>();
  const behaves: Simulator['behaves'] = {
    ...{ down: false, refundsWait: false, forged: false },
    failNext: [],
  };

  function answer(asked: Asked): Answered {
    if (behaves.down) return failed(500, 'api_error', 'out of order');
    const failure = behaves.failNext.shift();
    if (failure) return failure;
    if (asked.headers.authorization !== `Bearer ${options.secretKey}`) {
      return failed(401, 'invalid_request_error', 'Invalid API Key provided');
    }
    const key = asked.headers['idempotency-key'] as string | undefined;
    const before = key && answers.get(key);
    if (before) return before;
    const given = route(asked);
    if (key) answers.set(key, given);
    return given;
  }

  function route({ method, path, query, body }: Asked): Answered {
    const [, , kind = '', id = '', action] = path.replace('/checkout', '').split('/');
    if (id) return kind === 'disputes' ? ofDispute(id) : ofSession(id, action);
    const isOfSessions = kind === 'sessions';
    if (method !== 'POST')
      return list([...(isOfSessions ? sessions.values() : goneBack(kind))], query, path);
    const form = new URLSearchParams(body.toString());
    return isOfSessions ? { status: 200, content: begin(form) } : refund(form);
  }

  const goneBack = (kind: string) =>
    [...refunds.values()].filter(({ object }) => `${object}s` === kind);

  function ofDispute(id: string): Answered {
    const found = refunds.get(id);
    return found
      ? { status: 200, content: found }
      : failed(404, 'invalid_request_error', `No such dispute: ${id}`);
  }

  function ofSession(id: string, action: string | undefined): Answered {
    const session = sessions.get(id);
    if (!session) return failed(404, 'invalid_request_error', `No such checkout.session: ${id}`);
    return action === 'expire' ? expire(session) : { status: 200, content: session };
  }

  function begin(form: URLSearchParams): Session {
    const id = `cs_test_${randomUUID()}`;
    const session: Session = {
      id,
      object: 'checkout.session',
      client_reference_id: form.get('client_reference_id') ?? '',
      status: 'open',
      payment_status: 'unpaid',
      amount_total: Number(form.get('line_items[0][price_data][unit_amount]')),
      currency: form.get('line_items[0][price_data][currency]') ?? '',
      payment_intent: null,
      created: Math.floor(Date.now() / 1_000),
      url: `https://checkout.stripe.example/c/pay/${id}`,
    };
    sessions.set(id, session);
    return session;
  }

  const heldIn = (intent: string | null): number => {
    const paid = [...sessions.values()].find(
      ({ payment_intent }) => intent && payment_intent === intent,
    );
    const back = [...refunds.values()].filter(
      (each) => each.payment_intent === intent && !['failed', 'won'].includes(each.status),
    );
    return (paid?.amount_total ?? 0) - back.reduce((sum, { amount }) => sum + amount, 0);
  };

  function refund(form: URLSearchParams): Answered {
    const intent = form.get('payment_intent') ?? '';
    const amount = Number(form.get('amount'));
    if (amount > heldIn(intent))
      return failed(400, 'invalid_request_error', 'Refund amount is greater than what is left.');
    const created: Refund = {
      id: `re_${randomUUID()}`,
      object: 'refund',
      payment_intent: intent,
      amount,
      currency:
        [...sessions.values()].find(({ payment_intent }) => payment_intent === intent)?.currency ??
        '',
      status: behaves.refundsWait ? 'pending' : 'succeeded',
      metadata: { sn: form.get('metadata[sn]') ?? '' },
    };
    refunds.set(created.metadata.sn, created);
    return { status: 200, content: created };
  }

  async function send(type: string, object: object, wrong: Telling['wrong']): Promise<number> {
    const created = Math.floor(Date.now() / 1_000) - (wrong === 'age' ? 3_600 : 0);
    const event = { id: `evt_${randomUUID()}`, object: 'event', type, created, data: { object } };
    const payload = JSON.stringify(event);
    const secret = wrong === 'signature' ? 'whsec_of_somebody_else' : options.webhookSecret;
    const v1 = createHmac('sha256', secret).update(`${created}.${payload}`).digest('hex');
    const { statusCode, body } = await request(options.notifyUrl, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'stripe-signature': `t=${created},v1=${v1}` },
      body: payload,
    });
    await body.dump();
    return statusCode;
  }

  const sessionOf = (sn: string): Session => {
    const found = [...sessions.values()].find(
      ({ client_reference_id }) => client_reference_id === sn,
    );
    if (!found) throw new Error(`no session of ${sn}`);
    return found;
  };
  async function tell(sn: string, { times = 1, wrong }: Telling = {}): Promise<number> {
    const session = { ...sessionOf(sn), status: 'complete', payment_status: 'paid' };
    if (wrong === 'payment') session.client_reference_id = 'PMT2026112100000000000000';
    let status = 0;
    for (let count = 0; count < times; count += 1)
      status = await send('checkout.session.completed', session, wrong);
    return status;
  }

  const { url, stop } = await listen(answer);
  return {
    url,
    stop,
    behaves,
    tell,
    async pay(sn, { amount, ...telling } = {}) {
      const session = sessionOf(sn);
      if (session.status !== 'open') return false;
      Object.assign(session, {
        status: 'complete',
        payment_status: 'paid',
        payment_intent: `pi_${randomUUID()}`,
        ...(amount === undefined ? {} : { amount_total: amount }),
      });
      await tell(sn, telling);
      return true;
    },
    async settleRefund(sn, ended, { times = 1, wrong } = {}) {
      const found = refunds.get(sn);
      if (!found) throw new Error(`no refund ${sn}`);
      found.status = ended === 'SUCCESS' ? 'succeeded' : 'failed';
      for (let count = 0; count < times; count += 1) await send('refund.updated', found, wrong);
    },
    async dispute(sn, amount, { won } = { won: false }) {
      const { payment_intent, currency } = sessionOf(sn);
      const id = `dp_${randomUUID()}`;
      const opened = { id, object: 'dispute', payment_intent, amount, currency };
      const status = won ? 'won' : 'needs_response';
      const dispute = { ...opened, status, metadata: {} } as unknown as Refund;
      refunds.set(id, dispute);
      if (won) await send('charge.dispute.funds_reinstated', dispute, undefined);
      return send('charge.dispute.funds_withdrawn', dispute, undefined);
    },
    async refundByHand(sn, amount) {
      const { payment_intent, currency } = sessionOf(sn);
      const id = `re_${randomUUID()}`;
      const made = { id, object: 'refund', payment_intent, amount, currency, status: 'succeeded' };
      const byHand = { ...made, metadata: {} } as unknown as Refund;
      refunds.set(id, byHand);
      return send('refund.created', byHand, undefined);
    },
    held: (sn) => {
      const known = [...sessions.values()].find((each) => each.client_reference_id === sn);
      return known ? heldIn(known.payment_intent) : 0;
    },
  };
}

const failed = (status: number, type: string, message: string): Answered => ({
  status,
  content: { error: { type, message } },
});

function list(
  all: readonly { payment_intent: string | null }[],
  query: URLSearchParams,
  url: string,
): Answered {
  const intent = query.get('payment_intent');
  const data = all.filter((each) => !intent || each.payment_intent === intent);
  return { status: 200, content: { object: 'list', data, has_more: false, url } };
}

function expire(session: Session): Answered {
  if (session.status !== 'open')
    return failed(400, 'invalid_request_error', 'Only open sessions can be expired.');
  session.status = 'expired';
  session.url = null;
  return { status: 200, content: session };
}
