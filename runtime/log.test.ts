import { expect, test } from '@jest/globals';
import { addLogFields, createLog, withLogFields, withLogFieldsNow } from './log.ts';

const logged = () => {
  const lines: Record<string, unknown>[] = [];
  const log = createLog('test', 'info', { write: (line) => void lines.push(JSON.parse(line)) });
  return { log, lines };
};

test.each([
  ['withLogFields', withLogFields],
  ['withLogFieldsNow', withLogFieldsNow],
])('%s: a line has the fields of its request, and none of an earlier line', (_, within) => {
  const { log, lines } = logged();
  const fields = { requestId: 'r1' };
  within(fields, () => {
    log.info({ sn: 'HSO1', cause: 'PAID' }, 'first');
    log.info('second');
    addLogFields({ sn: 'HSO2' });
    log.info('third');
  });
  log.info('fourth');
  expect(lines.map(({ requestId, sn, cause }) => [requestId, sn, cause])).toEqual([
    ['r1', 'HSO1', 'PAID'],
    ['r1', undefined, undefined],
    ['r1', 'HSO2', undefined],
    [undefined, undefined, undefined],
  ]);
});
