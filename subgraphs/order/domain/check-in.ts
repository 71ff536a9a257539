import { createHash, timingSafeEqual } from 'node:crypto';
import type { Order } from './order.ts';
import { type Refusal, refuse } from './refusal.ts';
import { dateIn } from './stay.ts';

/** Decides whether a host may check the guest in now: nothing where he may. */
export function checkInRefusal(order: Order, ticketCode: string, now: Date): Refusal | undefined {
  if (order.state !== 'WAIT_USE')
    return refuse('STATE_FORBIDS', `The order is ${order.state}, not WAIT_USE.`);
  if (!sameCode(order.ticketCode, ticketCode.trim().toUpperCase()))
    return refuse('TICKET_CODE_WRONG');
  const today = dateIn(order.snapshot.timeZone, now);
  if (today < order.checkIn)
    return refuse('CHECK_IN_TOO_EARLY', `The stay begins on ${order.checkIn}.`);
  return undefined;
}

/** Compares in a time that does not tell how much of a guess was right. */
const sameCode = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
