import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { type EnumTypeDefinitionNode, parse } from 'graphql';
import {
  canChange,
  endedStates,
  freesNights,
  isLive,
  isPaid,
  isUsed,
  liveStates,
  type OrderState,
  orderStates,
  states,
  type TransitionCause,
  transitionCauses,
  transitions,
} from './state.ts';

/**
 * The rules as the design states them, written down a second time so that a slip in the table
 * shows.
 */
const rules: [
  OrderState,
  'paid' | 'unpaid',
  'live' | 'over',
  'holds nights' | 'free',
  'used' | 'unused',
][] = [
  ['WAIT_PAY', 'unpaid', 'live', 'holds nights', 'unused'],
  ['WAIT_USE', 'paid', 'live', 'holds nights', 'unused'],
  ['USED', 'paid', 'over', 'holds nights', 'used'],
  ['CANCELLED', 'unpaid', 'over', 'free', 'unused'],
  ['REFUNDED', 'paid', 'over', 'free', 'unused'],
  ['EXPIRED', 'paid', 'over', 'holds nights', 'unused'],
];

test.each(rules)('an order that is %s is %s, %s, %s, %s', (state, paid, live, nights, used) => {
  expect(isPaid(state)).toBe(paid === 'paid');
  expect(isLive(state)).toBe(live === 'live');
  expect(states[state].holdsNights).toBe(nights === 'holds nights');
  expect(isUsed(state)).toBe(used === 'used');
});

test('live and ended states are all states', () => {
  const those = (which: string) => rules.filter((rule) => rule[2] === which).map(([one]) => one);
  expect([...liveStates].sort()).toEqual(those('live').sort());
  expect([...endedStates].sort()).toEqual(those('over').sort());
});

const causes: [OrderState, TransitionCause, OrderState, 'by refund' | '', 'frees nights' | ''][] = [
  ['WAIT_PAY', 'PAID', 'WAIT_USE', '', ''],
  ['WAIT_PAY', 'DEADLINE_PASSED', 'CANCELLED', '', 'frees nights'],
  ['WAIT_PAY', 'CANCELLED_BY_TRAVELLER', 'CANCELLED', '', 'frees nights'],
  ['WAIT_USE', 'CHECKED_IN', 'USED', '', ''],
  ['WAIT_USE', 'REFUNDED', 'REFUNDED', 'by refund', 'frees nights'],
  ['WAIT_USE', 'LEFT_WITHOUT_REFUND', 'REFUNDED', '', 'frees nights'],
  ['WAIT_USE', 'ENDED_AFTER_REFUNDS', 'REFUNDED', '', 'frees nights'],
  ['WAIT_USE', 'CHECK_OUT_PASSED', 'EXPIRED', '', ''],
];

test.each(causes)('%s by %s becomes %s %s %s', (from, cause, to, byRefund, frees) => {
  expect(transitions[cause]).toEqual({ from, to, byRefund: byRefund !== '' });
  expect(orderStates.filter((state) => canChange(state, cause))).toEqual([from]);
  expect(freesNights(cause)).toBe(frees !== '');
});

describe('the table, the schema and the README name the same', () => {
  const read = (file: string) => readFileSync(new URL(`../../../${file}`, import.meta.url), 'utf8');
  const enums = parse(read('schema/order.graphql')).definitions.filter(
    (node): node is EnumTypeDefinitionNode => node.kind === 'EnumTypeDefinition',
  );
  const valuesOf = (name: string) =>
    enums.find((node) => node.name.value === name)?.values?.map((value) => value.name.value);

  test('states', () => {
    expect(valuesOf('OrderState')?.sort()).toEqual([...orderStates].sort());
    expect(rules.map(([state]) => state).sort()).toEqual([...orderStates].sort());
  });

  test('causes', () => {
    expect(valuesOf('OrderChangeCause')?.sort()).toEqual(['PLACED', ...transitionCauses].sort());
    expect(causes.map(([, cause]) => cause).sort()).toEqual([...transitionCauses].sort());
  });

  test('the arrows of the diagram, and which free nights', () => {
    const [, diagram = ''] = read('README.md').split('stateDiagram-v2');
    const drawn = Array.from(
      diagram.matchAll(/(\w+) --> (\w+): (.*)/g),
      ([, from, to, label]) =>
        `${from} ${to} ${label?.endsWith('/ nights free') ? 'frees' : 'keeps'}`,
    );
    const arrow = (cause: TransitionCause) =>
      `${transitions[cause].from} ${transitions[cause].to} ${freesNights(cause) ? 'frees' : 'keeps'}`;
    expect(drawn.sort()).toEqual([...new Set(transitionCauses.map(arrow))].sort());
  });
});
