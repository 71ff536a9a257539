import { expect, test } from '@jest/globals';
import { newWebhookSecret, webhookHeaders } from './webhook-signature.ts';

test('the example of Standard Webhooks is signed as its specification has it', () => {
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', timestamp: 1614265330 };
  expect(webhookHeaders([secret], { ...message, body: '{"test": 2432232314}' })).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('while a secret is changed, both sign', () => {
  const secrets = [newWebhookSecret(), newWebhookSecret()];
  const headers = webhookHeaders(secrets, { id: 'a', timestamp: 1, body: '{}' });
  expect(headers['webhook-signature']).toMatch(/^v1,[\w+/]{43}= v1,[\w+/]{43}=$/);
});
