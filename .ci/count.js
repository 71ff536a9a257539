import { readFileSync } from 'node:fs';

/** Prints `N passed, N failed` from jest's JSON results and the number of other checks that failed; exits 1 unless all passed. */
const [, , file, failedChecks] = process.argv;

function readResults() {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numRuntimeErrorTestSuites: 1 };
  }
}

const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites } = readResults();
const failed = numFailedTests + numRuntimeErrorTestSuites + Number(failedChecks);
console.log(`${numPassedTests} passed, ${failed} failed`);
process.exit(failed > 0 || numPassedTests === 0 ? 1 : 0);
