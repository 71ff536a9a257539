import { expect, test } from '@jest/globals';
import { StartRefused } from '../runtime/settings.ts';
import { ProvisionError } from './mongodb/engine.ts';
import { asStartupError } from './startup-errors.ts';

const inUse = (port: number) =>
  Object.assign(new Error('listen EADDRINUSE'), { code: 'EADDRINUSE', port });

test.each([
  [inUse(4000), {}, /^Port 4000 is in use.*PORT=4100 npm start$/],
  [inUse(5002), { ORDER_PORT: '5002' }, /^Port 5002 is in use.* ORDER_PORT=5102 npm start$/],
  [new ProvisionError('There is no MongoDB'), {}, /^There is no MongoDB$/],
  [
    Object.assign(new Error(), { code: 'EACCES', path: '/data' }),
    {},
    /^\/data: it is not writable/,
  ],
])('%s: the message says what to do', (error, env, expected) => {
  const told = asStartupError(error, env);
  expect(told).toBeInstanceOf(StartRefused);
  expect((told as Error).message).toMatch(expected);
});

test('what nobody outside can put right stays as it is', () => {
  const error = new TypeError('undefined is not a function');
  expect(asStartupError(error, {})).toBe(error);
});
