import type { Email } from '../domain/email.ts';

/**
 * Sends emails to travellers. If it throws, the same email is sent again later, under the same id.
 */
export type Notifier = {
  /** @param address where the traveller gets mail; null if it is not known */
  send(email: Email, address: string | null): Promise<void>;
  stop(): Promise<void>;
};
