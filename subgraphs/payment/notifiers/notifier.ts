import type { Email } from '../domain/email.ts';

/**
 * Sends emails. If it throws, the same email is sent again later, under the same id.
 */
export type Notifier = {
  /** @param address where its reader gets mail; null if a traveller's is not known */
  send(email: Email, address: string | null): Promise<void>;
  stop(): Promise<void>;
};
