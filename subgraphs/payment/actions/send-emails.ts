import type { Needs } from './needs.ts';

const mostAtOnce = 100;
// Longer than any attempt takes: whoever has taken a notice is done with it by then.
const retryMs = 60_000;

/** Sends the messages that are due, each once: one that fails is tried again a minute later. */
export async function sendNotices({ notices, notifier, now, step, log }: Needs): Promise<number> {
  let sent = 0;
  for (let taken = 0; taken < mostAtOnce; taken += 1) {
    const at = await now();
    const notice = await notices.take(at, new Date(at.getTime() + retryMs));
    if (!notice) break;
    try {
      await notifier.send(notice);
      await step('notice sent');
      await notices.sent(notice.id);
      sent += 1;
    } catch (error) {
      log.warn({ err: error, notice: notice.id }, 'a message could not be sent; it is tried again');
    }
  }
  return sent;
}
