import type { Log } from '../../../runtime/log.ts';
import type { Notifier } from './notifier.ts';

/** Writes emails to the log, where there is no mail server. */
export const logNotifier = (log: Log): Notifier => ({
  send: async ({ id, travellerId, subject }) =>
    log.info({ email: id, travellerId, subject }, 'email to the traveller'),
  stop: async () => {},
});
