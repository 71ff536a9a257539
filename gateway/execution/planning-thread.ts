import type { QueryPlan } from '@apollo/query-planner';
import { type DocumentNode, GraphQLError, print } from 'graphql';
import { LRUCache } from 'lru-cache';
import { Counter, type Registry } from 'prom-client';
import { clientError } from '../../runtime/errors.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import { openThread, ThreadDied, TookTooLong } from '../../runtime/thread.ts';
import { isLargerThan } from '../admission/document-size.ts';
import type { GatewaySettings } from '../settings.ts';
import type { Labels } from './override-labels.ts';

/** An operation to be planned, as `Preparation` is asked for it. */
export type ToPlan = {
  document: DocumentNode;
  operationName: string | undefined;
  labels: Labels | undefined;
};

/**
 * Validates and plans large documents in a thread of its own. Each of both answers undefined where
 * it is to be done here: for a document that is not large, and while no thread is ready.
 */
export type PlanningThread = {
  validate(document: DocumentNode): Promise<readonly GraphQLError[]> | undefined;
  /** @throws what the planner refuses */
  plan(asked: ToPlan): Promise<QueryPlan> | undefined;
  /** Serves another supergraph from now on. */
  serve(supergraphSdl: string): void;
  stop: Stop;
};

/** What is said to the thread. */
export type PlanningQuestion =
  | { serve: string }
  | { work: 'validate'; text: string }
  | {
      work: 'plan';
      text: string;
      operationName: string | undefined;
      overrides: Map<string, boolean> | undefined;
    };
export type PlanningSettings = { supergraphSdl: string; introspection: boolean };
/** What a validation finds, as it can be sent between threads. */
export type FoundError = Pick<GraphQLError, 'message' | 'positions'>;

export type PlanningThreadNeeds = {
  settings: Pick<GatewaySettings, 'PLANNING_THREAD_FROM' | 'INTROSPECTION' | 'OPERATION_TIMEOUT'>;
  log: Log;
  metrics: Registry;
};

export function openPlanningThread({
  settings,
  log,
  metrics,
}: PlanningThreadNeeds): PlanningThread {
  let supergraphSdl = '';
  const given = (): PlanningSettings => ({ supergraphSdl, introspection: settings.INTROSPECTION });
  const thread = openThread<PlanningQuestion, unknown>({
    program: new URL(`./planning-program${import.meta.url.slice(-3)}`, import.meta.url),
    given,
    timeoutMs: settings.OPERATION_TIMEOUT,
    log,
  });
  const done = doneCounter(metrics);

  /** What has ended a thread, or taken all of its time, would do so each time that it is asked. */
  const ended = new LRUCache<string, GraphQLError>({ max: 100, ttl: 600_000 });

  const ask = (question: Extract<PlanningQuestion, { work: string }>) => {
    const { work, text } = question;
    const known = ended.get(text);
    const answering = known ? Promise.reject(known) : thread.ask(question);
    if (!answering) {
      done.inc({ work, by: 'loop' });
      return undefined;
    }
    return answering.then(
      (answer) => {
        done.inc({ work, by: 'thread' });
        return answer;
      },
      (error) => {
        done.inc({ work, by: 'nobody' });
        const told = refusal(error);
        if (told !== error) ended.set(text, told as GraphQLError);
        throw told;
      },
    );
  };
  const isLarge = (document: DocumentNode) => isLargerThan(document, settings.PLANNING_THREAD_FROM);

  return {
    validate(document) {
      const source = document.loc?.source;
      if (!source || !isLarge(document)) return undefined;
      return ask({ work: 'validate', text: source.body })?.then((found) =>
        (found as FoundError[]).map(
          ({ message, positions }) =>
            new GraphQLError(message, {
              source,
              positions,
              extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
            }),
        ),
      );
    },
    plan({ document, operationName, labels }) {
      if (!isLarge(document)) return undefined;
      const text = print(document);
      const asked = ask({ work: 'plan', text, operationName, overrides: labels?.on });
      return asked as Promise<QueryPlan> | undefined;
    },
    serve(sdl) {
      supergraphSdl = sdl;
      ended.clear();
      // Answers come in order: who has asked before it gets the plan that he has asked for.
      thread.tell({ serve: sdl });
    },
    stop: thread.stop,
  };
}

/** What is told where the thread has not answered. */
function refusal(error: unknown): unknown {
  if (error instanceof ThreadDied)
    return clientError('SERVICE_UNAVAILABLE', 'The operation could not be planned. Try again.');
  if (error instanceof TookTooLong)
    return clientError('OPERATION_TIMEOUT', 'The operation took too long to be planned.');
  return error;
}

const doneCounter = (metrics: Registry) =>
  new Counter({
    name: 'gateway_large_documents_total',
    help: 'Large documents by what is done (validate, plan) and by whom: a thread of its own, the \
event loop while none is ready, or nobody where the thread died or took too long.',
    labelNames: ['work', 'by'],
    registers: [metrics],
  });
