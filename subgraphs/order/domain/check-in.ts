import { createHash, timingSafeEqual } from 'node:crypto';
import { dateIn } from '../../../runtime/calendar.ts';
import type { Order } from './order.ts';
import { type Refusal, refuse } from './refusal.ts';
import { canChange } from './state.ts';
import { readTicketCode } from './ticket-code.ts';

/** Decides whether a host may check the guest in now. Returns null if so. */
export function checkInRefusal(order: Order, ticketCode: string, now: Date): Refusal | null {
  if (!canChange(order.state, 'CHECKED_IN'))
    return refuse('STATE_FORBIDS', `The order is ${order.state}, so nobody can check in.`);
  if (!sameCode(order.ticketCode, readTicketCode(ticketCode))) return refuse('TICKET_CODE_WRONG');
  const today = dateIn(order.snapshot.timeZone, now);
  if (today < order.checkIn)
    return refuse('CHECK_IN_TOO_EARLY', `The stay begins on ${order.checkIn}.`);
  if (today >= order.checkOut)
    return refuse('CHECK_IN_TOO_LATE', `The stay ended on ${order.checkOut}.`);
  return null;
}

/** Compares in constant time, so that the time does not tell how much of a guess was right. */
const sameCode = (a: string, b: string): boolean => timingSafeEqual(digest(a), digest(b));
const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
