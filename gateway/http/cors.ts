import type { RequestListener } from 'node:http';
import cors from 'cors';
import { sendJson } from '../../runtime/send-json.ts';

/** What a page may read of an answer besides its body: above all, when to come back. */
const told = ['x-request-id', 'ratelimit', 'ratelimit-policy', 'retry-after'];

/** What an HTTP method may be used for at an address: anything else is told which may. */
export type Methods = readonly string[];

/**
 * Lets pages of other origins in where the settings name these origins, answers what browsers ask
 * beforehand, and refuses methods that mean nothing here. The WebSocket needs none of it: it takes
 * no cookies, only a token that is given.
 */
export function doorway(origins: readonly string[]) {
  const options = { origin: [...origins], exposedHeaders: [...told], maxAge: 600 };
  return (methods: Methods, listener: RequestListener): RequestListener => {
    const letIn = cors({ ...options, methods: [...methods] });
    return (request, response) => {
      if (methods.includes(request.method ?? '')) {
        if (origins.length === 0) listener(request, response);
        else letIn(request, response, () => listener(request, response));
        return;
      }
      if (request.method === 'OPTIONS' && origins.length > 0) {
        letIn(request, response, () => response.writeHead(204).end());
        return;
      }
      response.setHeader('allow', methods.join(', '));
      sendJson(response, 405, {
        errors: [
          {
            message: `Use one of ${methods.join(', ')} here.`,
            extensions: { code: 'METHOD_NOT_ALLOWED' },
          },
        ],
      });
    };
  };
}
