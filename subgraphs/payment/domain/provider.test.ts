import { expect, test } from '@jest/globals';
import { methodsFor, type Provider, providerOf, takes } from './provider.ts';

const provider = (methods: string[], currency: string, step = 1) =>
  ({
    methods,
    limits: (asked: string) => (asked === currency ? { smallest: 50, largest: 1_000, step } : null),
  }) as unknown as Provider;
const providers = {
  stripe: provider(['STRIPE'], 'KWD', 10),
  wechatpay: provider(['WECHAT_NATIVE', 'WECHAT_JSAPI'], 'CNY'),
};

test.each([
  ['SANDBOX', null],
  ['STRIPE', 'stripe'],
  ['WECHAT_JSAPI', 'wechatpay'],
] as const)('the provider of %s is %s', (method, name) => {
  expect(providerOf(providers, method)?.name ?? null).toBe(name);
});

test.each([
  [50, 'CNY', true],
  [49, 'CNY', false],
  [1_000, 'CNY', true],
  [1_001, 'CNY', false],
  [55, 'CNY', true],
  [500, 'JPY', false],
])('an amount of %i %s is taken: %s', (amount, currency, taken) => {
  expect(takes(providers.wechatpay, { amount, currency })).toBe(taken);
});

test('an amount must be a multiple of the step', () => {
  expect(takes(providers.stripe, { amount: 55, currency: 'KWD' })).toBe(false);
  expect(takes(providers.stripe, { amount: 60, currency: 'KWD' })).toBe(true);
});

test('the methods for an amount are those of all providers that take it', () => {
  expect(methodsFor(providers, { amount: 60, currency: 'CNY' })).toEqual([
    'WECHAT_NATIVE',
    'WECHAT_JSAPI',
  ]);
  expect(methodsFor(providers, { amount: 60, currency: 'EUR' })).toEqual([]);
});
