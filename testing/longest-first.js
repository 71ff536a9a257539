import { existsSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

/**
 * The files that take longest, in seconds as measured once: how they stand to each other matters.
 */
const seconds = {
  'e2e/payments/crash.test.ts': 152,
  'e2e/web/web.test.ts': 116,
  'e2e/operations/chaos.test.ts': 93,
  'e2e/pay-or-close.test.ts': 82,
  'e2e/paid-in-time.test.ts': 80,
  'schema/check/edits/edits.test.ts': 80,
  'gateway/execution/differential.slow.test.ts': 76,
  'e2e/payments/random.test.ts': 72,
  'e2e/payments/every-provider.test.ts': 61,
  'gateway/subscriptions/thousand.slow.test.ts': 58,
  'e2e/operations/alerts.test.ts': 55,
  'schema/check/main.test.ts': 50,
  'e2e/delayed-close.test.ts': 46,
  'e2e/payments/own-outage.test.ts': 46,
  'e2e/double-booking.test.ts': 45,
  'e2e/crash.test.ts': 38,
  'e2e/compose.test.ts': 38,
  'embedded/start.test.ts': 26,
  'schema/commands.test.ts': 25,
};

/**
 * Files that take longest begin first, so that at the end no worker waits for another. Jest knows
 * only how long files are, and the longest test is a short one.
 */
export default class LongestFirst extends Sequencer {
  sort(tests) {
    const timeOf = ({ path, context }) =>
      seconds[path.slice(context.config.rootDir.length + 1)] ?? 0;
    const gone = Object.keys(seconds).filter((file) => !existsSync(file));
    if (gone.length > 0)
      throw new Error(`testing/longest-first.js names ${gone}, which is not there.`);
    return super.sort(tests).sort((one, other) => timeOf(other) - timeOf(one));
  }
}
