import type { ServerResponse } from 'node:http';
import { getOperationAST } from 'graphql';
import { Histogram, type Registry } from 'prom-client';
import type { Log } from '../../runtime/log.ts';
import type { Admitted } from '../admission/admit.ts';

/** Is told of each request over HTTP at its start, and of its operation once that is admitted. */
export type AccessLog = (
  response: ServerResponse,
  requestId: string,
) => { admitted(admitted: Admitted): void };

/**
 * A line of the log at `info` for each request, and how long they take, by kind of operation and
 * status.
 */
export function accessLog(log: Log, metrics: Registry): AccessLog {
  const seconds = new Histogram({
    name: 'gateway_request_seconds',
    help: 'How long the gateway takes to answer a request over HTTP.',
    labelNames: ['kind', 'status'],
    registers: [metrics],
  });
  return (response, requestId) => {
    const begin = performance.now();
    let known: Admitted | undefined;
    response.once('close', () => {
      const ms = performance.now() - begin;
      const { kind = 'none' } = known?.operation ?? {};
      const status = response.writableFinished ? response.statusCode : 499;
      seconds.observe({ kind, status }, ms / 1_000);
      if (!log.isLevelEnabled('info')) return;
      const operation = known && nameOf(known);
      const user = known?.identity?.userId;
      log.info({ requestId, kind, operation, user, status, ms: Math.round(ms) }, 'request');
    });
    return {
      admitted(admitted) {
        known = admitted;
      },
    };
  };
}

const nameOf = ({ document, operation }: Admitted): string | undefined =>
  getOperationAST(document, operation.operationName)?.name?.value;
