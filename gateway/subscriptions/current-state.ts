import { positionOf, type UpstreamEvent } from './upstream.ts';

/** What a shared subscription knows about the things that its events show. */
export type CurrentState = {
  /** The last version that has come, of each thing. */
  readonly versions: Map<string, number>;
  /** The last event that was answered, of each thing: its current state. */
  readonly events: Map<string, UpstreamEvent>;
};

const maxThings = 1_000;

export const emptyState = (): CurrentState => ({ versions: new Map(), events: new Map() });

/**
 * The thing that an event shows; undefined for an event without a position, which is no state of
 * anything.
 */
export const thingOf = (event: UpstreamEvent): string | undefined => positionOf(event)?.key;

/**
 * Notes the version of an event that has come.
 * @returns false for one that came before, or is older
 */
export function noteVersion({ versions }: CurrentState, event: UpstreamEvent): boolean {
  const change = positionOf(event);
  if (!change) return true;
  if (change.version <= (versions.get(change.key) ?? 0)) return false;
  remember(versions, change.key, change.version);
  return true;
}

/** Notes an event as the current state of its thing. */
export function noteCurrent({ events }: CurrentState, event: UpstreamEvent): void {
  const thing = thingOf(event);
  if (thing !== undefined) remember(events, thing, event);
}

/** Keeps the newest things, and at most so many. */
function remember<T>(things: Map<string, T>, key: string, thing: T): void {
  things.delete(key);
  things.set(key, thing);
  if (things.size > maxThings) things.delete(things.keys().next().value as string);
}
