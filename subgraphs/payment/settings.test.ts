import { expect, test } from '@jest/globals';
import { readSettings } from '../../runtime/settings.ts';
import { paymentSettings } from './settings.ts';

const env = {
  MONGODB_URI: 'mongodb://127.0.0.1:27017',
  SERVICE_SECRET: 'a secret of the tests, for the services',
  SANDBOX_SECRET: 'a secret of the tests, for the sandbox',
};

test('the sandbox alone is on where nothing is said', () => {
  expect(readSettings(paymentSettings, env).PAYMENT_PROVIDERS).toEqual(['sandbox']);
});

test('a provider that is named must have all it needs, and each thing that is missing is named', () => {
  const given = {
    ...env,
    SANDBOX_SECRET: '',
    PAYMENT_PROVIDERS: 'stripe,wechatpay',
    STRIPE_SECRET_KEY: 'sk',
  };
  const read = () => readSettings(paymentSettings, given);
  expect(read).toThrow('STRIPE_WEBHOOK_SECRET: is not set; stripe needs it');
  expect(read).toThrow('WECHATPAY_API_V3_KEY: is not set; wechatpay needs it');
  expect(read).not.toThrow('STRIPE_SECRET_KEY');
  expect(read).not.toThrow('SANDBOX_SECRET');
});

test('a provider that does not exist is refused', () => {
  expect(() =>
    readSettings(paymentSettings, { ...env, PAYMENT_PROVIDERS: 'sandbox,cash' }),
  ).toThrow('must be some of sandbox, wechatpay, stripe');
});
