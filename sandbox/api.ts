import type { Behaviour } from './behaviour.ts';
import type { SandboxStore } from './store.ts';

/** What every route of the sandbox works with. */
export type Sandbox = {
  store: SandboxStore;
  behaves: Behaviour;
  /** We sign with the first, and believe both. */
  secrets: readonly string[];
  /** Where a browser reaches the page, if it is another address than the merchant uses. */
  publicUrl: string | undefined;
};

/** What a route answers; null if there is no such thing. */
export type Answer = { status: number; content: object } | null;
export const ok = (content: object): Answer => ({ status: 200, content });

export const maxBodyBytes = 100_000;
