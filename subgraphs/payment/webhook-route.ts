import type {
  IncomingHttpHeaders,
  IncomingMessage,
  RequestListener,
  ServerResponse,
} from 'node:http';
import { answering } from '../../runtime/graphql-route.ts';
import { readBody, statusOfBody } from '../../runtime/request-body.ts';
import { pathOf } from '../../runtime/request-target.ts';
import { sendJson } from '../../runtime/send-json.ts';
import type { Tracer } from '../../runtime/tracing/span.ts';
import { handleWebhook, type WebhookOutcome } from './actions/handle-webhook.ts';
import type { RecordFactNeeds } from './actions/record-fact.ts';
import type { Providers } from './domain/provider.ts';

export type WebhookRouteNeeds = RecordFactNeeds & {
  providers: Providers;
  countWebhook(provider: string, outcome: string): void;
  tracer?: Tracer | undefined;
};

export const webhookPath = '/notifications/';
const maxBodyBytes = 100_000;

const statusOf: Record<WebhookOutcome, number> = {
  handled: 200,
  ignored: 200,
  forged: 401,
  unknown: 404,
  'wrong money': 422,
};

/** Also those that the sender is answered 500 for. */
export const webhookOutcomes = [...Object.keys(statusOf), 'fault'];

/**
 * `POST /notifications/{provider}`. The signature covers the raw body. An OK means that the fact is
 * durable.
 */
export function webhookRoute(needs: WebhookRouteNeeds): RequestListener {
  const { providers, countWebhook, log, tracer } = needs;

  const handle = async (name: string, headers: IncomingHttpHeaders, body: Buffer) => {
    const provider = { name, ...(providers[name] as Providers[string]) };
    const raw = { headers: headers as Record<string, string | undefined>, body };
    const handled = await handleWebhook(needs, provider, raw);
    countWebhook(name, handled);
    if (statusOf[handled] !== 200) log.warn({ provider: name, handled }, 'a webhook is refused');
    return handled;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const name = pathOf(request).slice(webhookPath.length);
    if (!Object.hasOwn(providers, name) || request.method !== 'POST')
      return sendJson(response, 404, { error: 'no such provider' });
    try {
      const body = await readBody(request, maxBodyBytes);
      const handled = await handle(name, request.headers, body);
      const code = statusOf[handled] === 200 ? 'SUCCESS' : 'FAIL';
      sendJson(response, statusOf[handled], { code, message: handled });
    } catch (error) {
      const unread = statusOfBody(error);
      if (unread) {
        const { message } = error as Error;
        log.warn({ provider: name, message }, 'a webhook could not be read');
        response.setHeader('connection', 'close');
        return sendJson(response, unread, { code: 'FAIL', message });
      }
      countWebhook(name, 'fault');
      log.error({ err: error, provider: name }, 'a webhook could not be handled');
      sendJson(response, 500, { code: 'FAIL', message: 'try again' });
    }
  };
  return (request, response) =>
    answering({ request, response, tracer }, () => answer(request, response));
}
