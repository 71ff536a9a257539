import type { Caller } from '../../../runtime/caller.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import type { Actions } from '../actions/all-actions.ts';
import type { NightLimit } from '../actions/availability.ts';
import type { Loaders } from './loaders.ts';

/**
 * What a resolver has: who calls, what a subscriber has seen, the actions, and loaders of this one
 * request.
 */
export type Context = {
  caller: Caller;
  seen: SeenVersions;
  actions: Actions;
  loaders: Loaders;
  limitNights: NightLimit;
};
