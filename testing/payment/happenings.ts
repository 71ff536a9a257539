import fc from 'fast-check';
import { host, operator } from '../tokens.ts';

const key = fc.constantFrom('one', 'two', 'three');
const amount = fc.integer({ min: 1, max: 12_000 });
const kind = <Name extends string>(name: Name) => fc.constant(name);
const statuses = [400, 401, 403, 408, 409, 422, 425, 429, 500, 503];
/** Some come long after what they tell. */
const delayMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 60 }) },
  { weight: 1, arbitrary: fc.integer({ min: 500, max: 2_500 }) },
);

const happenings = {
  pay: fc.record({ do: kind('pay'), method: fc.constantFrom('SANDBOX', 'STRIPE') }),
  settle: fc.record({
    do: kind('settle'),
    outcome: fc.constantFrom('pay' as const, 'pay' as const, 'pay' as const, 'fail' as const),
    times: fc.integer({ min: 0, max: 3 }),
    delayMs,
    amount: fc.option(fc.constantFrom(9_999, 10_001), { nil: undefined, freq: 6 }),
  }),
  giveBack: fc.record({ do: kind('giveBack'), amount, key }),
  leave: fc.record({ do: kind('leave'), key }),
  end: fc.record({ do: kind('end'), by: fc.constantFrom(host, operator), key }),
  /** The provider says of a refund that has ended that it ended otherwise, or says it again. */
  contradict: fc.record({
    do: kind('contradict'),
    outcome: fc.constantFrom('pay' as const, 'fail' as const),
    times: fc.integer({ min: 0, max: 2 }),
    delayMs,
  }),
  /** The provider says something that was once true. */
  tellOld: fc.record({
    do: kind('tellOld'),
    state: fc.constantFrom('FAILED' as const, 'CLOSED' as const),
    delayMs,
  }),
  /** Money goes back on the provider's own page, or the payer's bank takes it back. */
  byProvider: fc.record({ do: kind('byProvider'), amount, disputed: fc.boolean() }),
  trouble: fc.record({
    do: kind('trouble'),
    failNext: fc.array(fc.constantFrom(...statuses), { maxLength: 3 }),
    refundsWait: fc.boolean(),
    refunds: fc.record({ times: fc.integer({ min: 0, max: 2 }), delayMs }),
  }),
  lose: fc.record({
    do: kind('lose'),
    on: fc.constantFrom(
      'sandbox' as const,
      'stripe' as const,
      'order' as const,
      'payment' as const,
    ),
    what: fc.constantFrom('request' as const, 'answer' as const),
    times: fc.integer({ min: 1, max: 3 }),
  }),
  /** A task of the payment service ends after so many failpoints, as if it were killed. */
  crash: fc.record({ do: kind('crash'), failpoints: fc.integer({ min: 1, max: 12 }) }),
  /** A task pauses after so many failpoints, as in a process that is stopped there. */
  pause: fc.record({
    do: kind('pause'),
    left: fc.integer({ min: 1, max: 12 }),
    ms: fc.constantFrom(20, 200, 1_500),
  }),
  /** A whole process is stopped, and goes on later with what it had in its hands. */
  freeze: fc.record({
    do: kind('freeze'),
    service: fc.constantFrom('order' as const, 'payment' as const),
    ms: fc.oneof(
      { weight: 30, arbitrary: fc.constantFrom(30, 300) },
      // Longer than the others wait for an answer.
      { weight: 1, arbitrary: fc.constant(6_000) },
    ),
  }),
  other: fc.record({
    do: fc.constantFrom('close' as const, 'cancel' as const, 'checkIn' as const, 'expire' as const),
  }),
  jobs: fc.record({ do: kind('jobs') }),
};

const weights: Record<keyof typeof happenings, number> = {
  ...{ pay: 6, settle: 8, giveBack: 4, leave: 3, end: 2, contradict: 2, tellOld: 1 },
  ...{ byProvider: 2, trouble: 2, lose: 3, crash: 4, pause: 1, freeze: 2, other: 4, jobs: 1 },
};

/** What can happen to an order, in any order. */
const happening = fc.oneof(
  ...Object.entries(happenings).map(([name, arbitrary]) => ({
    weight: weights[name as keyof typeof happenings],
    arbitrary: arbitrary as fc.Arbitrary<Happening>,
  })),
);
type Of<Arbitrary> = Arbitrary extends fc.Arbitrary<infer T> ? T : never;
export type Happening = Of<(typeof happenings)[keyof typeof happenings]>;

const paidAtOnce: Happening[] = [
  { do: 'pay', method: 'SANDBOX' },
  { do: 'settle', outcome: 'pay', times: 1, delayMs: 0, amount: undefined },
];

/** What happens to one order. Three of four begin with money, so that enough orders are paid. */
export const randomStory = fc
  .tuple(fc.integer({ min: 0, max: 3 }), fc.array(happening, { minLength: 3, maxLength: 14 }))
  .map(([paid, rest]): Happening[] => [...(paid > 0 ? paidAtOnce : []), ...rest]);
