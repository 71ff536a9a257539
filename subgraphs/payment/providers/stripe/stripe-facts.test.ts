import { describe, expect, test } from '@jest/globals';
import type Stripe from 'stripe';
import { disputeListed, factOf, refundFact, sessionListed } from './stripe-facts.ts';

const pmt = 'PMT2026112700000012345678';
const nothing = { about: 'nothing' };
const paymentOfIntent = async (intent: string) => (intent === 'pi_ours' ? pmt : null);
const told = (type: string, object: object) =>
  factOf({ type, created: 1, data: { object } } as Stripe.Event, paymentOfIntent);

const session = (client_reference_id: string | null) => ({
  ...{ id: 'cs_1', status: 'complete', payment_status: 'paid', created: 1 },
  ...{ amount_total: 10_000, currency: 'cny', client_reference_id },
});
const refund = (given: object = {}) => ({
  ...{ id: 're_1', amount: 200, currency: 'cny', status: 'succeeded', payment_intent: 'pi_ours' },
  ...given,
});
const dispute = (payment_intent: string | null) => ({
  ...{ id: 'dp_1', object: 'dispute', status: 'lost', amount: 300, currency: 'cny' },
  payment_intent,
});

describe('F8: what belongs to somebody else’s shop is nothing', () => {
  test.each([
    'checkout.session.completed',
    'checkout.session.expired',
    'checkout.session.async_payment_succeeded',
    'checkout.session.async_payment_failed',
  ])('%s without a number of ours', async (type) => {
    expect(await told(type, session(null))).toEqual(nothing);
    expect(await told(type, session(pmt))).toMatchObject({ about: 'payment', sn: pmt });
  });

  test.each(['refund.created', 'refund.updated', 'refund.failed'])('%s', async (type) => {
    const theirs = [{ payment_intent: 'pi_theirs' }, { payment_intent: null, metadata: {} }];
    for (const given of theirs) expect(await told(type, refund(given))).toEqual(nothing);
    // One of our payments, made on Stripe's page.
    expect(await told(type, refund())).toMatchObject({ sn: null, ref: 're_1', paymentSn: pmt });
  });

  test.each([
    'charge.dispute.funds_withdrawn',
    'charge.dispute.funds_reinstated',
  ])('%s', async (type) => {
    for (const intent of ['pi_theirs', null])
      expect(await told(type, dispute(intent))).toEqual(nothing);
    expect(await told(type, dispute('pi_ours'))).toMatchObject({ sn: null, paymentSn: pmt });
  });

  test('in a list', async () => {
    expect(sessionListed(session(null) as Stripe.Checkout.Session)).toEqual(nothing);
    const theirs = refund({ payment_intent: 'pi_theirs' }) as Stripe.Refund;
    expect(await refundFact(theirs, paymentOfIntent)).toEqual(nothing);
    expect(await disputeListed(dispute('pi_theirs') as Stripe.Dispute, paymentOfIntent)).toEqual(
      nothing,
    );
  });

  test('an event that we do not follow', async () => {
    expect(await told('invoice.paid', {})).toEqual(nothing);
  });
});

test.each([
  { amount_total: null },
  { amount_total: 0 },
  { currency: null },
])('a session that is paid and says %j is asked about again: no other amount has arrived', async (unclear) => {
  expect(await told('checkout.session.completed', { ...session(pmt), ...unclear })).toEqual({
    ...{ about: 'payment', sn: pmt, payment: { state: 'WAIT' } },
  });
});

test('a refund that we asked for is told by our number, whatever else it lacks', async () => {
  const ours = refund({ metadata: { sn: 'RFD1' }, payment_intent: null, status: 'failed' });
  expect(await told('refund.updated', ours)).toMatchObject({
    ...{ sn: 'RFD1', paymentSn: null, amount: 200, currency: 'CNY' },
    refund: { state: 'FAILED' },
  });
});
