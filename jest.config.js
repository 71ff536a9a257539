/** Tests run as ES modules (agenda and jose are nothing else), each test file on a database of its own. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }],
  },
  testPathIgnorePatterns: ['/node_modules/', '/data/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/data/', '<rootDir>/dist/'],
  globalSetup: './testing/start-database.ts',
  globalTeardown: './testing/stop-database.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
  // A worker ends after a test file that has grown it beyond this, and with it every connection and cursor that the file
  // has left open: some hundred open change streams make the embedded database deliver no event any more.
  workerIdleMemoryLimit: '200MB',
};
