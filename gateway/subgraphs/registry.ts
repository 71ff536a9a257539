import type { Registry } from 'prom-client';
import { type CallerSigner, callerSigner } from '../../runtime/caller.ts';
import type { Stop } from '../../runtime/lifecycle.ts';
import type { Log } from '../../runtime/log.ts';
import type { ReadyCheck } from '../../runtime/operations-routes.ts';
import type { GatewaySettings } from '../settings.ts';
import { subgraphAddress } from './address.ts';
import { openSubgraph, type Subgraph, type SubgraphOptions } from './data-source.ts';
import { subgraphMetrics } from './subgraph-metrics.ts';
import { overridesOf } from './subgraph-settings.ts';

/** The subgraphs of the supergraph that is served, whichever it names. */
export type Subgraphs = {
  sign: CallerSigner;
  /**
   * Takes over what a new supergraph says: opens what is new or has moved, closes what has moved, and
   * what is gone as soon as no operation can ask it that was planned before.
   * @throws naming the first that cannot be asked; then nothing has changed
   */
  use(named: readonly { name: string; url: string }[]): void;
  /** @throws where the supergraph has none of this name, and the one before had none either */
  named(name: string): Subgraph;
  /** Whether the supergraph has one of this name. */
  has(name: unknown): boolean;
  ready(): Record<string, ReadyCheck>;
  stop: Stop;
};

export function openSubgraphs(settings: GatewaySettings, registry: Registry, log: Log): Subgraphs {
  const sign = callerSigner(settings.SERVICE_SECRET);
  const needs = { sign, metrics: subgraphMetrics(registry), log };
  const overrides = overridesOf(settings);
  const opened = new Map<string, { subgraph: Subgraph; key: string }>();
  /** What is gone from the supergraph. */
  const gone = new Map<string, { subgraph: Subgraph; timer: NodeJS.Timeout }>();
  const closing = new Set<Promise<void>>();

  const close = ({ subgraph }: { subgraph: Subgraph }) => {
    const closed = subgraph
      .stop()
      .catch((error) => log.warn({ err: error, subgraph: subgraph.name }, 'could not be closed'))
      .finally(() => closing.delete(closed));
    closing.add(closed);
  };

  const closeGone = (name: string) => {
    const one = gone.get(name);
    if (!one) return;
    gone.delete(name);
    clearTimeout(one.timer);
    close(one);
  };
  const closeLater = (name: string, { subgraph }: { subgraph: Subgraph }) => {
    closeGone(name);
    const timer = setTimeout(() => closeGone(name), settings.OPERATION_TIMEOUT);
    gone.set(name, { subgraph, timer: timer.unref() });
  };

  const optionsOf = ({ name, url }: { name: string; url: string }): SubgraphOptions => {
    const override = overrides.get(name) ?? {};
    return {
      name,
      address: subgraphAddress(name, url, override),
      timeoutMs: override.timeout ?? settings.SUBGRAPH_TIMEOUT,
      operationTimeoutMs: settings.OPERATION_TIMEOUT,
      maxAnswerBytes: settings.SUBGRAPH_MAX_ANSWER_BYTES,
    };
  };

  return {
    sign,
    use(named) {
      const wanted = new Map(named.map((one) => [one.name, optionsOf(one)]));
      for (const [name, options] of wanted) {
        const key = JSON.stringify(options);
        const before = opened.get(name);
        if (before?.key === key) continue;
        opened.set(name, { subgraph: openSubgraph(options, needs), key });
        if (before) close(before);
      }
      for (const [name, before] of opened) {
        if (wanted.has(name)) continue;
        opened.delete(name);
        closeLater(name, before);
      }
    },
    named(name) {
      const found = opened.get(name) ?? gone.get(name);
      if (!found) throw new Error(`the supergraph has no subgraph ${name}`);
      return found.subgraph;
    },
    has: (name) => opened.has(name as string),
    ready: () =>
      Object.fromEntries(Array.from(opened, ([name, { subgraph }]) => [name, subgraph.ready])),
    async stop() {
      for (const one of opened.values()) close(one);
      for (const name of [...gone.keys()]) closeGone(name);
      await Promise.all(closing);
    },
  };
}
