import type { Caller } from '../../../runtime/caller.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import type { NightCounter } from '../actions/availability.ts';
import type { Actions } from '../server.ts';
import type { Loaders } from './loaders.ts';

/** What a resolver has: who asks and, subscribing, what it has seen; what can be asked, and loaders of this one request. */
export type Context = {
  caller: Caller;
  seen: SeenVersions;
  actions: Actions;
  loaders: Loaders;
  countNights: NightCounter;
};
