import type { Notice } from '../domain/email.ts';

/** Tells a traveller something. What it throws is tried again later, under the same id. */
export type Notifier = {
  send(notice: Notice): Promise<void>;
  stop(): Promise<void>;
};
