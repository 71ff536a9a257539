import type { RequestListener } from 'node:http';
import { BodyTooLarge, pathOf, readBody, sendJson } from '../../runtime/http-server.ts';
import type { Log } from '../../runtime/log.ts';
import { type Handled, handleNotification } from './actions/handle-webhook.ts';
import type { Needs } from './actions/needs.ts';
import type { PaymentMetrics } from './metrics.ts';

export const notificationsPath = '/notifications/';
const maxBodyBytes = 100_000;

const statusOf: Record<Handled, number> = {
  taken: 200,
  ignored: 200,
  forged: 401,
  unknown: 404,
  'wrong money': 422,
};

/** `POST /notifications/{provider}`: the raw body is kept for its signature, and OK means that the fact is durable. */
export function notificationRoute(
  needs: Needs,
  metrics: PaymentMetrics,
  log: Log,
): RequestListener {
  return async (request, response) => {
    const name = pathOf(request).slice(notificationsPath.length);
    const provider = Object.hasOwn(needs.providers, name) ? needs.providers[name] : undefined;
    if (!provider || request.method !== 'POST')
      return sendJson(response, 404, { error: 'no such provider' });
    try {
      const body = await readBody(request, maxBodyBytes);
      const headers = request.headers as Record<string, string | undefined>;
      const handled = await handleNotification(needs, { name, ...provider }, { headers, body });
      metrics.notifications.inc({ provider: name, outcome: handled });
      if (statusOf[handled] !== 200)
        log.warn({ provider: name, handled }, 'a notification is refused');
      sendJson(response, statusOf[handled], {
        code: statusOf[handled] === 200 ? 'SUCCESS' : 'FAIL',
        message: handled,
      });
    } catch (error) {
      if (error instanceof BodyTooLarge) {
        log.warn({ provider: name }, 'a notification is larger than any provider sends');
        return sendJson(response.setHeader('connection', 'close'), 413, {
          code: 'FAIL',
          message: error.message,
        });
      }
      metrics.notifications.inc({ provider: name, outcome: 'fault' });
      log.error({ err: error, provider: name }, 'a notification could not be taken in');
      sendJson(response, 500, { code: 'FAIL', message: 'try again' });
    }
  };
}
