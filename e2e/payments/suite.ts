import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { request } from 'undici';
import { signatureHeaders } from '../../runtime/sandbox-signature.ts';
import { eventually } from '../../testing/eventually.ts';
import { ledgerOf, wrongIn } from '../../testing/payment/ledger.ts';
import { storyOf } from '../../testing/payment/story.ts';
import { startTestSystem, type TestSystem, withoutScheduler } from '../../testing/system.ts';

export type Tools = ReturnType<typeof toolsOf>;

/**
 * A case plays a story and returns its order. Afterwards the ledgers of order, payment and provider
 * must agree.
 */
export type Cases = Record<string, (tools: Tools) => Promise<string>>;

/**
 * Makes a test of each case, on one system without a scheduler: the cases run its jobs themselves.
 */
export function playCases(cases: Cases, env: Record<string, string> = {}): void {
  let tools: Tools;
  beforeAll(async () => {
    const often = { QUERY_WAITING_AFTER: '1ms', PROVIDER_TIMEOUT: '1500ms' };
    tools = toolsOf(await startTestSystem({ parts: withoutScheduler, env: { ...often, ...env } }));
  });
  afterEach(() => tools.sandbox({}));
  afterAll(() => tools?.system.stop());

  test.each(Object.entries(cases))('%s', async (_, play) => {
    const sn = await play(tools);
    const wrong = async () => wrongIn(await ledgerOf(tools.system, sn));
    await eventually(async () => (await wrong()).length === 0, 5_000).catch(() => {});
    expect(await wrong()).toEqual([]);
  });

  test('afterwards money and bookings agree, here and at the provider', async () => {
    expect(await tools.differences()).toEqual([]);
  });
}

/** What cases are told with. */
export function toolsOf(system: TestSystem) {
  const story = storyOf(system);
  return {
    system,
    story,
    /** How the sandbox behaves from now on. */
    sandbox: (how: object) => system.sandboxTest('behaviour', how),
    becomes: (sn: string, state: string) =>
      story.comes(async () => (await story.see(sn))?.state === state),
    paymentIs: (sn: string, state: string) =>
      story.comes(async () => (await story.payment(sn))?.state === state),
    refundIs: (sn: string, state: string) =>
      story.comes(async () => (await story.see(sn))?.refunds.at(-1)?.state === state),

    /** Reconciles everything at once, however young it is. Returns the differences. */
    async differences(): Promise<string[]> {
      await story.settled();
      await story.reconciled();
      return (await story.differences()).map(({ kind, orderSn }) => `${kind} ${orderSn}`);
    },

    /** Sends a webhook of our own making, signed with the right secret unless said otherwise. */
    async webhook(
      content: object,
      { secret = system.env.SANDBOX_SECRET as string, at = new Date(), altered = '' } = {},
    ) {
      const body = JSON.stringify(content);
      const { statusCode, body: answer } = await request(
        `${system.env.PAYMENT_URL}/notifications/sandbox`,
        {
          method: 'POST',
          headers: signatureHeaders([secret], body, at),
          body: body + altered,
        },
      );
      await answer.dump();
      return statusCode;
    },

    /** A payment that waits, and still waits after what is done. */
    async unmoved(act: (paymentSn: string) => Promise<unknown>): Promise<string> {
      const sn = await story.order();
      const payment = await story.pay(sn);
      await act(payment.sn);
      expect(await story.see(sn)).toMatchObject({ state: 'WAIT_PAY', payment: { state: 'WAIT' } });
      return sn;
    },
  };
}

/** The sandbox's webhook about a payment of 100 yuan. */
export const paidFact = (sn: string, money: { amount?: number; currency?: string } = {}) => ({
  about: 'payment',
  sn,
  payment: {
    state: 'SUCCESS',
    payUrl: '',
    amount: 10_000,
    currency: 'CNY',
    paidAt: new Date(),
    ...money,
  },
});
