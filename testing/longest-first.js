import { existsSync } from 'node:fs';
import Sequencer from '@jest/test-sequencer';

/**
 * The files that take longest, in seconds as measured once: how they stand to each other matters.
 */
const seconds = {
  'e2e/web/web.test.ts': 140,
  'e2e/payments/crash.test.ts': 85,
  'e2e/operations/chaos.test.ts': 61,
  'e2e/paid-in-time.test.ts': 53,
  'e2e/pay-or-close.test.ts': 47,
  'e2e/operations/alerts.test.ts': 41,
  'schema/check/edits/edits.test.ts': 38,
  'e2e/delayed-close.test.ts': 38,
  'e2e/payments/random.test.ts': 35,
  'gateway/execution/differential.slow.test.ts': 32,
  'e2e/payments/every-provider.test.ts': 31,
  'e2e/compose.test.ts': 25,
  'schema/check/main.test.ts': 22,
  'gateway/subscriptions/thousand.slow.test.ts': 21,
  'scheduler/run-jobs.test.ts': 21,
  'embedded/start.test.ts': 20,
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
