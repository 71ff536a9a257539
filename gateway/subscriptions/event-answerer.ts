import { type ExecutionResult, getOperationAST } from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import type { Gone } from '../../runtime/gone.ts';
import { errorAttributes } from '../../runtime/tracing/error-attributes.ts';
import { shownName } from '../../runtime/tracing/shown-name.ts';
import type { Span, TraceHeaders, Tracer } from '../../runtime/tracing/span.ts';
import type { Admitted } from '../admission/admit.ts';
import { inNamesOfClient } from '../admission/plan-names.ts';
import type { RefusalOf } from '../admission/refusal.ts';
import type { Reads } from '../execution/reads.ts';
import type { Send } from '../execution/step.ts';
import { requireEvent } from '../subgraphs/answer.ts';
import type { Subgraph } from '../subgraphs/data-source.ts';
import type { AskEntities } from './entity-batches.ts';
import type { RunAtMost } from './run-at-most.ts';
import type { SubscriptionMetrics } from './subscription-metrics.ts';
import type { PlannedSubscription, RunBy } from './subscription-plan.ts';
import type { UpstreamEvent } from './upstream.ts';

export type EventAnswererNeeds = {
  subgraph: (name: string) => Subgraph;
  askEntities: AskEntities;
  /** Bounds how many events are answered at once, of all subscriptions. */
  runInTurn: RunAtMost;
  /** Bounds how many of them may be the first ones of their subscriptions. */
  runFirstInTurn: RunAtMost;
  metrics: SubscriptionMetrics;
  /** Is told of every event before anybody gets it. */
  onChange: Reads['changed'];
  refusalOf: RefusalOf;
  /** How long the answer to an event may take. */
  timeoutMs: number;
  tracer: Tracer | undefined;
};

/** Answers an event by the rest of a plan. Its errors are fit for a client; it never rejects. */
export type AnswerEvent = (
  plan: PlannedSubscription,
  event: UpstreamEvent,
) => Promise<ExecutionResult>;

/** Answers the events of one subscription. @param gone aborts the requests under way */
export function eventAnswerer(
  needs: EventAnswererNeeds,
  admitted: Admitted,
  gone: Gone,
): AnswerEvent {
  const { caller, operation } = admitted;
  const { subgraph, askEntities, metrics, onChange, refusalOf, timeoutMs, tracer } = needs;
  const rights = JSON.stringify(caller);
  const by = (span: Span | undefined): RunBy => {
    const until = { deadline: performance.now() + timeoutMs, signal: gone };
    const send: Send = (name, body, kind, { entities }) =>
      entities
        ? askEntities(name, entities, { caller, until, rights, span })
        : subgraph(name).ask({ body, kind, caller, until, span });
    return { caller, until, send };
  };
  let isFirst = true;
  const runInTurn: RunAtMost = (work) => {
    const runIt = () => needs.runInTurn(work);
    if (!isFirst) return runIt();
    isFirst = false;
    return needs.runFirstInTurn(runIt);
  };
  return async (plan, event) => {
    metrics.events.inc();
    onChange(event, plan.rule);
    let span: Span | undefined;
    try {
      requireReadable(event, plan.primary.serviceName);
      span = tracer?.begin(nameOf(admitted), { kind: 'consumer', within: traceOf(event) });
      const result = await runInTurn(() => plan.run(event, operation.variables, by(span)));
      span?.set(errorAttributes(result.errors));
      const told = result.errors ? { ...result, ...refusalOf(result.errors).result } : result;
      return inNamesOfClient(told, plan.clientNames);
    } catch (error) {
      return refusalOf(error).result;
    } finally {
      span?.end();
    }
  };
}

/** How an event is called in a trace: after its operation. */
function nameOf({ document, operation }: Admitted): string {
  const definition = getOperationAST(document, operation.operationName);
  return `event ${shownName(definition?.name?.value ?? '')}`.trimEnd();
}

/** @throws SERVICE_UNAVAILABLE where an event is no answer of GraphQL */
function requireReadable(event: ExecutionResult, subgraph: string): void {
  try {
    requireEvent(event);
  } catch {
    const message = `The ${subgraph} service has sent an event that cannot be read.`;
    throw clientError('SERVICE_UNAVAILABLE', message);
  }
}

/** The trace of what an event tells of, if the subgraph says it. */
function traceOf({ extensions }: UpstreamEvent): TraceHeaders | undefined {
  const traceparent = extensions?.change?.trace;
  return typeof traceparent === 'string' ? { traceparent } : undefined;
}
