import type { Caller } from '../../../runtime/caller.ts';
import type { SeenVersions } from '../../../runtime/subgraph-subscriptions.ts';
import type { Actions } from '../actions/all-actions.ts';
import type { Loaders } from './loaders.ts';

/**
 * What a resolver has: the caller, the versions that a subscriber has seen, the actions, and this
 * request's loaders.
 */
export type Context = { caller: Caller; seen: SeenVersions; actions: Actions; loaders: Loaders };
