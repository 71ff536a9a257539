import type { IncomingMessage, RequestListener } from 'node:http';
import { z } from 'zod';
import { roles } from '../../runtime/identity/claims.ts';
import { readBody } from '../../runtime/request-body.ts';
import { sendJson } from '../../runtime/send-json.ts';
import { signToken, type TokenSettings } from '../admission/sign-token.ts';

const user = z.object({
  id: z.string().min(1).max(100),
  roles: z.array(z.enum(roles)).default([]),
});

/** Users to choose from; any other name is a user as well. */
const users = [
  { id: 'anna', roles: [] },
  { id: 'ben', roles: [] },
  { id: 'host-lin', roles: ['host'] },
  { id: 'olga', roles: ['operator'] },
];

/**
 * For development alone: whoever asks becomes whom they choose. GET lists users, POST returns a
 * token of one. It takes only JSON, so that a page of another origin cannot send it unasked.
 */
export function developmentSignIn(settings: TokenSettings): RequestListener {
  const signIn = async (request: IncomingMessage) => {
    if (!/^application\/json\b/.test(request.headers['content-type'] ?? '')) return undefined;
    const body = await readBody(request, 1_000);
    const chosen = user.safeParse(JSON.parse(body.toString() || 'null'));
    return chosen.data && { token: await signToken(settings, chosen.data.id, chosen.data.roles) };
  };
  return (request, response) => {
    if (request.method === 'GET') return sendJson(response, 200, users);
    void signIn(request)
      .catch(() => undefined)
      .then((token) =>
        token
          ? sendJson(response, 200, token)
          : sendJson(response, 400, { error: 'Send a user as JSON: {"id": "anna", "roles": []}.' }),
      );
  };
}
