import { z } from 'zod';
import type { ProviderFact, ProviderPayment } from '../../domain/provider.ts';

const payment = z.discriminatedUnion('state', [
  z.object({ state: z.enum(['WAIT', 'FAILED', 'CLOSED']), payUrl: z.string() }),
  z.object({
    state: z.literal('SUCCESS'),
    payUrl: z.string(),
    amount: z.int(),
    currency: z.string(),
    paidAt: z.coerce.date(),
  }),
]);
const refundState = z.object({ state: z.enum(['WAIT', 'SUCCESS', 'FAILED']) });
const refund = z.object({
  sn: z.string().optional(),
  ref: z.string(),
  paymentSn: z.string(),
  amount: z.int(),
  currency: z.string(),
});
const webhook = z.discriminatedUnion('about', [
  z.object({ about: z.literal('payment'), sn: z.string(), payment }),
  refund.extend({ about: z.literal('refund'), refund: refundState }),
]);

/** A later sandbox may tell of other things: they are none of ours. */
const followed = new Set(['payment', 'refund']);

/** The shapes of the sandbox's answers. */
export const answers = {
  payment,
  refund: refundState,
  payments: z.object({ payments: z.array(z.intersection(payment, z.object({ sn: z.string() }))) }),
  refunds: z.object({ refunds: z.array(refund.extend(refundState.shape)) }),
};

type Refund = z.infer<typeof refund>;

const other = z.object({ about: z.string() }).refine(({ about }) => !followed.has(about));

/** What a webhook of the sandbox tells. @throws ZodError if it is malformed */
export function factOf(body: unknown): ProviderFact {
  if (other.safeParse(body).success) return { about: 'nothing' };
  const fact = webhook.parse(body);
  return fact.about === 'payment'
    ? { about: 'payment', sn: fact.sn, payment: paymentOf(fact.payment) }
    : refundFact(fact, fact.refund.state);
}

export const refundFact = (
  { sn, ref, paymentSn, amount, currency }: Refund,
  state: z.infer<typeof refundState>['state'],
): ProviderFact => ({
  about: 'refund',
  sn: sn ?? null,
  ref,
  paymentSn,
  amount,
  currency,
  refund: { state },
});

export function paymentOf(answer: z.infer<typeof payment>): ProviderPayment {
  if (answer.state !== 'SUCCESS') return { state: answer.state };
  const { state, amount, currency, paidAt } = answer;
  return { state, amount, currency, paidAt };
}
