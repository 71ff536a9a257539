import { expect, test } from '@jest/globals';
import { sampleOrder } from '../../../testing/order/sample-order.ts';
import { checkInRefusal } from './check-in.ts';

const paid = () => sampleOrder({ state: 'WAIT_USE', ticketCode: 'K7Q2M4X9P0R3T5V8' });
const arrival = new Date('2026-12-09T16:00:00.000Z'); // midnight in Shanghai: 10 December begins

test.each([
  'K7Q2M4X9P0R3T5V8',
  ' k7q2m4x9p0r3t5v8 ',
  'K7Q2-M4X9-P0R3-T5V8',
  'K7Q2M4X9PoR3T5V8',
])('the ticket code %j is accepted', (code) => {
  expect(checkInRefusal(paid(), code, arrival)).toBeNull();
});

test.each(['', 'K7Q2M4X9P0R3T5V', 'T1CKETC0DE000000'])('the ticket code %j is refused', (code) => {
  expect(checkInRefusal(paid(), code, arrival)).toMatchObject({
    ...{ reason: 'TICKET_CODE_WRONG', path: ['input', 'ticketCode'] },
  });
});

test("check-in is refused before the check-in date begins in the homestay's time zone", () => {
  const aMomentBefore = new Date(arrival.getTime() - 1);
  expect(checkInRefusal(paid(), 'K7Q2M4X9P0R3T5V8', aMomentBefore)).toMatchObject({
    reason: 'CHECK_IN_TOO_EARLY',
  });
});

test('check-in is refused for an unpaid order', () => {
  const order = sampleOrder({ ticketCode: 'K7Q2M4X9P0R3T5V8' });
  expect(checkInRefusal(order, 'K7Q2M4X9P0R3T5V8', arrival)).toMatchObject({
    reason: 'STATE_FORBIDS',
  });
});

test.each([
  ['2026-12-11T15:59:59.999Z', null],
  ['2026-12-11T16:00:00.000Z', 'CHECK_IN_TOO_LATE'],
  ['2026-12-20T16:00:00.000Z', 'CHECK_IN_TOO_LATE'],
])('A10: at %s check-in to a stay in Shanghai until 12 December is refused by %s', (instant, reason) => {
  const refusal = checkInRefusal(paid(), 'K7Q2M4X9P0R3T5V8', new Date(instant));
  expect(refusal?.reason ?? null).toBe(reason);
});
