import type { Email } from '../domain/email.ts';

/**
 * Sends emails to travellers. If it throws, the same email is sent again later, under the same id.
 */
export type Notifier = {
  send(email: Email): Promise<void>;
  stop(): Promise<void>;
};
