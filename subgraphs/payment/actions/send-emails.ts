import { failpoint } from '../../../runtime/failpoint.ts';
import type { Log } from '../../../runtime/log.ts';
import { asPartOf, type Origin } from '../../../runtime/origin.ts';
import type { Email } from '../domain/email.ts';

export type SendEmailsNeeds = {
  now(): Promise<Date>;
  /** Takes an email that is due, and what made it. Nobody else gets it before `until`. */
  takeEmail(now: Date, until: Date): Promise<(Email & { origin?: Origin }) | null>;
  /** The address that the traveller of an order had when it was placed; null if it is not known. */
  travellerEmail(orderSn: string): Promise<string | null>;
  /** The address that the host of an order gave for mail of bookings; null if they want none. */
  hostEmail(orderSn: string): Promise<string | null>;
  sendEmail(email: Email, address: string | null): Promise<void>;
  markEmailSent(id: string): Promise<void>;
  log: Log;
};

const maxOfRun = 100;
// Longer than sending takes: a process that took an email has finished by then.
const retryMs = 60_000;

/**
 * Sends the emails that are due. One that fails is sent a minute later. Returns how many were sent.
 */
export async function sendEmails(needs: SendEmailsNeeds): Promise<number> {
  let sent = 0;
  for (let tries = 0; tries < maxOfRun; tries += 1) {
    const now = await needs.now();
    const taken = await needs.takeEmail(now, new Date(now.getTime() + retryMs));
    if (!taken) break;
    const { origin, ...email } = taken;
    if (await asPartOf(origin, { email: email.id }, () => sendEmail(needs, email))) sent += 1;
  }
  return sent;
}

/** Returns whether it was sent. A host who has not asked for mail gets none. */
async function sendEmail(needs: SendEmailsNeeds, email: Email): Promise<boolean> {
  try {
    const { to, orderSn } = email;
    const addressOf = to === 'HOST' ? needs.hostEmail : needs.travellerEmail;
    const address = orderSn && (await addressOf(orderSn));
    const wanted = to === 'TRAVELLER' || address !== null;
    if (wanted) await needs.sendEmail(email, address);
    await failpoint('email sent');
    await needs.markEmailSent(email.id);
    return wanted;
  } catch (error) {
    needs.log.warn({ err: error, email: email.id }, 'an email could not be sent; trying later');
    return false;
  }
}
