import { expect } from '@jest/globals';
import { request } from 'undici';
import { signatureHeaders } from '../../../subgraphs/payment/providers/sandbox/signature.ts';
import { eventually } from '../../../testing/eventually.ts';
import { storyOf } from '../../../testing/payment/story.ts';
import type { TestSystem } from '../../../testing/system.ts';

export type World = ReturnType<typeof worldOf>;

/** Each plays a story and answers with its order; afterwards money held must be bookings held, at our side and the provider's. */
export type Cases = Record<string, (world: World) => Promise<string>>;

/** What cases are told with. */
export function worldOf(system: TestSystem) {
  const story = storyOf(system);
  return {
    system,
    story,
    /** How the sandbox behaves from now on. */
    sandbox: (how: object) => system.sandboxTest('behaviour', how),
    becomes: (sn: string, state: string) =>
      eventually(async () => (await story.see(sn))?.state === state),
    paymentIs: (sn: string, state: string) =>
      eventually(async () => (await story.payment(sn))?.state === state),

    /** Sends a notification of our own making, signed with the right secret unless said otherwise. */
    async notify(
      content: object,
      { secret = system.env.SANDBOX_SECRET as string, at = new Date(), altered = '' } = {},
    ) {
      const body = JSON.stringify(content);
      const { statusCode, body: answer } = await request(
        `${system.env.PAYMENT_URL}/notifications/sandbox`,
        {
          method: 'POST',
          headers: signatureHeaders(secret, body, at),
          body: body + altered,
        },
      );
      await answer.dump();
      return statusCode;
    },

    /** A payment that waits; what is done must leave it so. */
    async unmoved(act: (paymentSn: string) => Promise<unknown>): Promise<string> {
      const sn = await story.order();
      const payment = await story.pay(sn);
      await act(payment.sn);
      expect(await story.see(sn)).toMatchObject({ state: 'WAIT_PAY', payment: { state: 'WAIT' } });
      return sn;
    },
  };
}

/** What the sandbox would say of a payment of 100 yuan. */
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
