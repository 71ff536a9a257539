import type { Log } from '../../../runtime/log.ts';
import type { Notifier } from './notifier.ts';

/** Writes emails to the log, where there is no mail server. */
export const logNotifier = (log: Log): Notifier => ({
  send: async ({ id, to, travellerId, subject }) =>
    log.info({ email: id, to, travellerId, subject }, 'an email'),
  stop: async () => {},
});
