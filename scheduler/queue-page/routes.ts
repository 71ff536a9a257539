import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { RateLimiterMemory } from 'rate-limiter-flexible';
import { isOperator } from '../../runtime/identity/claims.ts';
import { identityVerifier } from '../../runtime/identity/identity.ts';
import type { Log } from '../../runtime/log.ts';
import type { Database } from '../../runtime/mongo.ts';
import { readBody, statusOfBody } from '../../runtime/request-body.ts';
import { pathOf, searchOf } from '../../runtime/request-target.ts';
import { sendJson } from '../../runtime/send-json.ts';
import { staticFiles } from '../../runtime/static-files.ts';
import type { SchedulerSettings } from '../settings.ts';
import { type Agendash, loadAgendash } from './agendash.ts';
import { signedInPage, signInPage } from './texts.ts';
import { path, visits } from './visits.ts';

export type QueuePageNeeds = { settings: SchedulerSettings; database: Database; log: Log };

/** A token is a few kilobytes at most. */
const maxBodyBytes = 20_000;
/** Of one address, in a second: more than a person makes by hand. */
const requestsPerSecond = 20;

/** The page sends a form to itself, loads nothing from elsewhere, and cannot be framed. */
const policy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/**
 * Agenda's own page of the job queue, for operators; it only reads. Nothing of it is there where no
 * setting says how tokens are verified.
 */
export function queuePage(needs: QueuePageNeeds): Record<string, RequestListener> {
  const { settings, log } = needs;
  if (!settings.JWT_SECRET && !settings.JWKS_URL) return {};
  const serve = pageFor(needs);
  const listener: RequestListener = (request, response) => {
    response.setHeader('cache-control', 'no-store');
    response.setHeader('referrer-policy', 'no-referrer');
    response.setHeader('content-security-policy', policy);
    serve(request, response).catch((error) => {
      const status = statusOfBody(error);
      if (!status) log.error({ err: error }, 'the page of the queue failed');
      if (!response.headersSent) sendJson(response, status ?? 503, { error: 'Try again.' });
    });
  };
  return { [path]: listener, [`${path}/`]: listener };
}

function pageFor({ settings, database, log }: QueuePageNeeds) {
  const identify = identityVerifier(settings, log);
  const { cookieFor, isSignedIn } = visits(settings.SERVICE_SECRET);
  const limiter = new RateLimiterMemory({ points: requestsPerSecond, duration: 1 });
  // Most schedulers never see a visitor.
  let loaded: Promise<Agendash> | undefined;
  const agendash = () => {
    loaded ??= loadAgendash(database).catch((error) => {
      loaded = undefined;
      throw error;
    });
    return loaded;
  };
  let files: RequestListener | undefined;

  const signIn = async (request: IncomingMessage, response: ServerResponse) => {
    const form = new URLSearchParams((await readBody(request, maxBodyBytes)).toString());
    const token = form.get('token')?.trim() ?? '';
    const identity = await identify(`Bearer ${token}`).catch((error) => {
      if (error.extensions?.code === 'UNAUTHENTICATED') return null;
      throw error;
    });
    if (!identity) return html(response, 401, signInPage('This token is not valid.'));
    if (!isOperator(identity))
      return html(response, 403, signInPage('The job queue is for operators.'));
    log.info({ user: identity.userId }, 'an operator looks at the job queue');
    const secure = request.headers['x-forwarded-proto'] === 'https';
    response.setHeader('set-cookie', await cookieFor(identity, secure));
    html(response, 200, signedInPage);
  };
  const read = async (request: IncomingMessage, response: ServerResponse) => {
    const { folder, jobs } = await agendash();
    const wanted = pathOf(request).slice(path.length);
    if (wanted === '/api') {
      const asked = new URLSearchParams(searchOf(request));
      return sendJson(response, 200, await jobs(asked));
    }
    if (wanted.startsWith('/api/'))
      return sendJson(response, 404, { error: 'Jobs are listed, and no more.' });
    files ??= staticFiles(folder, { below: path });
    files(request, response);
  };
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { method, headers, socket } = request;
    const left = await limiter.consume(socket.remoteAddress ?? '').catch(() => null);
    if (!left) return sendJson(response, 429, { error: 'Too many requests. Try again in 1 s.' });
    if (method === 'POST' && pathOf(request) === `${path}/sign-in`)
      return signIn(request, response);
    if (!(await isSignedIn(headers.cookie)))
      return html(response, 401, signInPage('Sign in with the token of an operator.'));
    if (method !== 'GET') return sendJson(response, 405, { error: 'The page only reads.' });
    if (pathOf(request) === path)
      return void response.writeHead(308, { location: `${path}/` }).end();
    await read(request, response);
  };
}

const html = (response: ServerResponse, status: number, text: string): void =>
  void response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' }).end(text);
