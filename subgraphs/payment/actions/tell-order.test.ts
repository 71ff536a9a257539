import { expect, test } from '@jest/globals';
import { inNextTurn } from '../../../testing/in-next-turn.ts';
import { noLog, sampleNow, samplePaid } from '../../../testing/payment/samples.ts';
import type { OrderAnswer } from '../domain/payment.ts';
import { isRefundSn } from '../domain/refund.ts';
import { type TellOrderNeeds, tellOrder } from './tell-order.ts';

/** What is stored after the order was told of a payment and answered this. */
async function stored(answer: OrderAnswer | Error) {
  const writes: unknown[] = [];
  const needs: TellOrderNeeds = inNextTurn({
    now: async () => sampleNow,
    markOrderPaid: async ({ sn }) => {
      writes.push(`asked about ${sn}`);
      if (answer instanceof Error) throw answer;
      return answer;
    },
    acceptMoney: async (sn, emailsOf, now) => {
      const emails = emailsOf(samplePaid()).map(({ id, to }) => `${id} ${to}`);
      writes.push(['accepted', sn, emails, now]);
      return true;
    },
    refuseMoney: async (sn, refundOf) => {
      const refund = refundOf(samplePaid(), 9_000);
      const { paymentSn, amount, cause, endsStay } = refund;
      writes.push(['refused', sn, isRefundSn(refund.sn), paymentSn, amount, cause, endsStay]);
      return true;
    },
    log: noLog,
  });
  await tellOrder(needs, samplePaid()).catch((error) => writes.push(error.message));
  return writes;
}

test('money that the order accepts is kept, and traveller and host get an email', async () => {
  expect(await stored('ACCEPTED')).toEqual([
    'asked about PMT1',
    ['accepted', 'PMT1', ['paid:PMT1 TRAVELLER', 'booked:PMT1 HOST'], sampleNow],
  ]);
});

test('money that the order refuses goes back as far as it is left, and ends no stay', async () => {
  expect(await stored('REFUSED')).toEqual([
    'asked about PMT1',
    ['refused', 'PMT1', true, 'PMT1', 9_000, 'ORDER_REFUSED_PAYMENT', false],
  ]);
});

test('nothing is stored while the order does not answer', async () => {
  expect(await stored(new Error('no answer'))).toEqual(['asked about PMT1', 'no answer']);
});
