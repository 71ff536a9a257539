import type { Caller } from '../../../runtime/caller.ts';
import type { Actions } from '../actions/all-actions.ts';
import type { Loaders } from './loaders.ts';

/** What a resolver has: who calls, the actions, and loaders of this one request. */
export type Context = { caller: Caller; actions: Actions; loaders: Loaders };
