import type { RequestListener } from 'node:http';
import { sendJson } from '../../runtime/send-json.ts';
import { staticFiles } from '../../runtime/static-files.ts';
import type { GatewaySettings } from '../settings.ts';
import type { doorway } from './cors.ts';
import { developmentSignIn } from './development-sign-in.ts';

/**
 * The web pages, and what they need to sign in, where the settings ask for them: `/sign-in` says
 * how, `/sign-in/development` makes anybody anybody.
 */
export function pageRoutes(
  settings: GatewaySettings,
  enter: ReturnType<typeof doorway>,
): Record<string, RequestListener> {
  const { WEB_DIR, JWT_SECRET, JWT_ISSUER, JWT_AUDIENCE } = settings;
  const way = wayToSignIn(settings);
  const [secret] = JWT_SECRET ?? [];
  const routes: Record<string, RequestListener> = {};
  if (WEB_DIR)
    routes['/'] = enter(
      ['GET', 'HEAD'],
      staticFiles(WEB_DIR, {
        asked: originsOfProvider(settings),
        sentTo: originsOfQueue(settings),
      }),
    );
  if (WEB_DIR || way.oidc || way.development)
    routes['/sign-in'] = enter(['GET'], (_, response) => sendJson(response, 200, way));
  if (way.development && secret) {
    const tokens = {
      JWT_SECRET: secret,
      JWT_ISSUER: JWT_ISSUER[0],
      JWT_AUDIENCE: JWT_AUDIENCE?.[0],
    };
    routes['/sign-in/development'] = enter(['GET', 'POST'], developmentSignIn(tokens));
  }
  return routes;
}

/** How the pages sign a user in: at an identity provider, or as anybody, or not at all. */
function wayToSignIn(settings: GatewaySettings) {
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_SCOPE: scope } = settings;
  return {
    oidc: issuer && clientId ? { issuer, clientId, scope } : null,
    rolesClaim: settings.JWT_ROLES_CLAIM,
    development: settings.DEVELOPMENT_SIGN_IN && settings.JWT_SECRET !== undefined,
    /** Where an operator signs in to the page of the job queue, with the same token. */
    queue: settings.QUEUE_URL ? `${settings.QUEUE_URL}/sign-in` : null,
  };
}

/** Where the pages ask for tokens. */
const originsOfProvider = ({ OIDC_ISSUER, OIDC_ORIGINS }: GatewaySettings): string[] =>
  OIDC_ISSUER ? [new URL(OIDC_ISSUER).origin, ...OIDC_ORIGINS] : [];

/** Where the operator's page sends a token. */
const originsOfQueue = ({ QUEUE_URL }: GatewaySettings): string[] =>
  QUEUE_URL ? [new URL(QUEUE_URL).origin] : [];
