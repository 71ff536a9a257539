import { describe, expect, test } from '@jest/globals';
import { ProviderRefused, ProviderUnavailable } from '../../domain/provider.ts';
import { asked, looked } from './wechatpay-answers.ts';

/** An answer with this status, as the HTTP client throws it. */
const answered = (status: number, data: unknown) => async () => {
  throw Object.assign(new Error('answered'), { response: { status, data } });
};

const proxy = '<html>Too many requests</html>';
const notFinal: [string, number, unknown][] = [
  ['a limit', 429, { code: 'RATELIMIT_EXCEEDED' }],
  ['a limit of something in between', 429, proxy],
  ['a wrong key', 401, { code: 'SIGN_ERROR' }],
  ['a firewall', 403, proxy],
  ['a proxy without a way', 404, proxy],
  ['a request that took too long', 408, proxy],
  ['a conflict', 409, { code: 'PARAM_ERROR' }],
  ['a request that is too early', 425, { code: 'PARAM_ERROR' }],
  ['a code that is not known', 400, { code: 'SOMETHING_NEW' }],
  ['a code that is no text', 400, { code: 400 }],
  ['an error of theirs', 500, { code: 'PARAM_ERROR' }],
];

describe('A2: only WeChat Pay’s own no is a refusal', () => {
  test.each(notFinal)('%s is none, whatever was asked', async (_, status, data) => {
    await expect(asked(answered(status, data))).rejects.toThrow(ProviderUnavailable);
    await expect(looked(answered(status, data))).rejects.toThrow(ProviderUnavailable);
  });

  test('no answer is none', async () => {
    const nothing = () => Promise.reject(new Error('connect ECONNREFUSED'));
    await expect(asked(nothing)).rejects.toThrow(ProviderUnavailable);
  });

  test('a no to what was asked is one, but not to a question', async () => {
    const refused = answered(400, { code: 'PARAM_ERROR' });
    await expect(asked(refused)).rejects.toThrow(ProviderRefused);
    await expect(looked(refused)).rejects.toThrow(ProviderUnavailable);
  });

  test('what WeChat Pay does not know is null to a question', async () => {
    expect(await looked(answered(404, { code: 'ORDER_NOT_EXIST' }))).toBeNull();
  });
});
