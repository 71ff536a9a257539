import { z } from 'zod';
import { promptly, type SandboxStore } from './store.ts';

/** How the notifications of one event are to be delivered. */
export const plan = z.object({
  times: z.int().min(0).max(10).default(1),
  delayMs: z.int().min(0).default(0),
});
export const behaviour = z.object({
  /** Answers every call of the merchant with 503. */
  down: z.boolean().default(false),
  /** Waits so long before it answers the merchant. */
  answerAfterMs: z.int().min(0).default(0),
  refunds: plan.default(promptly),
  /** Refunds wait until a test settles them. */
  refundsWait: z.boolean().default(false),
});

/** How the sandbox is to behave, for trouble of all kinds. */
export type Behaviour = z.infer<typeof behaviour>;

/** What the sandbox's parts work with. */
export type World = {
  store: SandboxStore;
  behaves: Behaviour;
  secret: string;
  /** Where the page is reached from outside, where that is another address. */
  publicUrl: string | undefined;
};

/** What a route answers with; undefined where there is no such thing. */
export type Answer = { status: number; content: object } | undefined;
export const ok = (content: object): Answer => ({ status: 200, content });

export const maxBodyBytes = 100_000;
