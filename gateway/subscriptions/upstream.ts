import type { ExecutionResult } from 'graphql';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { ChangePosition } from '../../runtime/subgraph-subscriptions.ts';

/**
 * An event as a subgraph sends it: the answer of the first fetch, and its position where the
 * subgraph gives one.
 */
export type UpstreamEvent = ExecutionResult & { extensions?: { change?: ChangePosition } };

/**
 * The position of an event, where it has one. Other subgraphs may say something else under its
 * name: an event that is taken for a state would be left out, and what is missed not told.
 */
export function positionOf({ extensions }: UpstreamEvent): ChangePosition | undefined {
  const change = extensions?.change;
  const isPosition = typeof change?.key === 'string' && Number.isSafeInteger(change.version);
  return isPosition ? change : undefined;
}

export type UpstreamRequest = {
  query: string;
  operationName?: string | undefined;
  variables: Record<string, unknown>;
  extensions: {
    /** Says who subscribes; signed for this try. */
    authorization: string;
    /** The versions that have come already. A subgraph that can resume sends newer ones only. */
    seen: Record<string, number>;
  };
};

/** How a subscription at a subgraph ended. */
export type UpstreamEnd =
  | { completed: true }
  | { refused: readonly unknown[] }
  /** The connection could not be opened, or was lost. */
  | { lost: unknown }
  /** We left it, to open it with another plan. */
  | { replanned: true };

export type UpstreamSink = {
  /**
   * The subgraph has the subscription.
   * @param resumes whether it sends what was missed when it is opened again
   */
  onOpen(resumes: boolean): void;
  next(event: UpstreamEvent): void;
  end(how: UpstreamEnd): void;
};

/** All subscriptions at one subgraph. */
export type Upstream = {
  /** @returns leaves the subscription */
  subscribe(request: UpstreamRequest, sink: UpstreamSink): () => void;
  stop: Stop;
};
