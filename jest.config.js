/** Tests run as ES modules (agenda and jose are nothing else), each test file on a database of its own. */
export default {
  testEnvironment: './testing/jest/environment.js',
  runtime: './testing/jest/runtime.js',
  extensionsToTreatAsEsm: ['.ts'],
  transformIgnorePatterns: [],
  transform: {
    '/node_modules/.*\\.[cm]?js$': './testing/jest/package.js',
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }],
  },
  testPathIgnorePatterns: ['/node_modules/', '/data/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/data/', '<rootDir>/dist/'],
  setupFiles: ['./testing/agenda-timers.ts'],
  testSequencer: './testing/longest-first.js',
  globalSetup: './testing/start-database.ts',
  globalTeardown: './testing/stop-database.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
  // A worker keeps the modules of every file that it ran. With gigabytes of them each collection of
  // garbage stops it for seconds, and tests run into the product's own time limits.
  workerIdleMemoryLimit: '1500MB',
};
