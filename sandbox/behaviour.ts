import { z } from 'zod';

/** How the webhooks of one event are delivered: how often, and how long after it. */
export const deliveryPlan = z.object({
  times: z.int().min(0).max(10).default(1),
  delayMs: z.int().min(0).default(0),
});
export type DeliveryPlan = z.infer<typeof deliveryPlan>;
export const promptly: DeliveryPlan = { times: 1, delayMs: 0 };

export const behaviour = z.object({
  /** Answers every request of the merchant with 503. */
  down: z.boolean().default(false),
  /** Waits this long before it answers the merchant. */
  answerAfterMs: z.int().min(0).default(0),
  /**
   * The statuses of the next answers to the merchant, instead of what was asked. Nothing else
   * happens.
   */
  failNext: z.array(z.int().min(400).max(599)).default([]),
  refunds: deliveryPlan.default(promptly),
  /** Refunds wait until a test settles them. */
  refundsWait: z.boolean().default(false),
});

/** How the sandbox behaves. Tests change it to make every kind of trouble. */
export type Behaviour = z.infer<typeof behaviour>;
