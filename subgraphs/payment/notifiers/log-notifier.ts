import type { Log } from '../../../runtime/log.ts';
import type { Notifier } from './notifier.ts';

/** Writes messages into the log, where no mail server is at hand. */
export const logNotifier = (log: Log): Notifier => ({
  send: async ({ id, travellerId, subject }) =>
    log.info({ notice: id, travellerId, subject }, 'the traveller is told'),
  stop: async () => {},
});
