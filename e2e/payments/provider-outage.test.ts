import { expect } from '@jest/globals';
import { eventually } from '../../testing/eventually.ts';
import { ledgerOf } from '../../testing/payment/ledger.ts';
import { playCases } from './suite.ts';

playCases({
  'the provider is down when the traveller wants to pay': async ({ story, becomes, sandbox }) => {
    const sn = await story.order();
    await sandbox({ down: true });
    expect(await story.pay(sn)).toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    await sandbox({});
    await story.settle((await story.pay(sn)).sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the provider is slow: it begins the payment and we have given up': async ({
    story,
    becomes,
    sandbox,
  }) => {
    const sn = await story.order();
    await sandbox({ answerAfterMs: 2_500 });
    expect(await story.pay(sn)).toMatchObject({ reason: 'PROVIDER_UNAVAILABLE' });
    await sandbox({});
    await story.settle((await story.pay(sn)).sn);
    await becomes(sn, 'WAIT_USE');
    return sn;
  },
  'the provider is down when the attempt is to be closed': async ({ story, sandbox }) => {
    const sn = await story.order();
    const payment = await story.pay(sn);
    await sandbox({ down: true });
    await story.cancel(sn);
    await story.settled();
    expect((await story.payment(payment.sn))?.state).toBe('WAIT');
    await sandbox({});
    await story.settled();
    expect((await story.payment(payment.sn))?.state).toBe('CLOSED');
    return sn;
  },
  'the provider is down when money is to be refunded': async ({ story, sandbox }) => {
    const { sn } = await story.booked();
    await sandbox({ down: true });
    await story.leave(sn);
    await eventually(async () => (await story.see(sn))?.refunds[0]?.state === 'APPROVED');
    await sandbox({});
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'REFUNDED';
    });
    return sn;
  },
  'the provider is slow when money is to be refunded: it goes back once': async ({
    system,
    story,
    sandbox,
  }) => {
    const { sn, paymentSn } = await story.booked();
    await sandbox({ answerAfterMs: 2_500, refunds: { times: 0 } });
    await story.leave(sn);
    await eventually(async () => (await ledgerOf(system, sn)).held.get(paymentSn) === 0);
    await sandbox({});
    await eventually(async () => {
      await story.settled();
      return (await story.see(sn))?.state === 'REFUNDED';
    });
    return sn;
  },
});
