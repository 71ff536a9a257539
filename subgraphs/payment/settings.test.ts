import { generateKeyPairSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readSettings } from '../../runtime/settings.ts';
import { openProviders } from './providers/open-providers.ts';
import { needed, paymentSettings, providers } from './settings.ts';

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

/** Something for each setting that a provider needs. */
function example(name: string): string {
  if (name.endsWith('_URL')) return 'https://homestay.example';
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2_048 });
  if (name.endsWith('MERCHANT_KEY'))
    return privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
  if (name.endsWith('PLATFORM_KEY'))
    return publicKey.export({ type: 'spki', format: 'pem' }) as string;
  return name.padEnd(32, 'x').slice(0, 32);
}

test.each(
  providers,
)('the README has a row for %s, with its methods and what it needs', async (name) => {
  const given = Object.fromEntries(needed[name].map((setting) => [setting, example(setting)]));
  const settings = readSettings(paymentSettings, { ...env, ...given, PAYMENT_PROVIDERS: name });
  const provider = openProviders(settings, () => 'https://pay.example')[name];
  await provider?.stop();
  const readme = readFileSync(new URL('README.md', import.meta.url), 'utf8');
  const row = readme.split('\n').find((line) => line.startsWith(`| \`${name}\``)) ?? '';
  const [, , methods = '', needs = ''] = row.split('|');
  const named = (cell: string) => [...cell.matchAll(/`([A-Z\d_]+)`/g)].map(([, text]) => text);
  expect(named(methods)).toEqual(provider?.methods);
  // The first is whole; others of the same provider are written without its name.
  const [first = ''] = named(needs);
  const prefix = first.slice(0, first.indexOf('_'));
  const needsNamed = named(needs).map((text) => (text?.startsWith('_') ? prefix + text : text));
  expect(needsNamed).toEqual(expect.arrayContaining([...needed[name]]));
});
