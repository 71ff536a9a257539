/** Tests run as ES modules (agenda and jose are nothing else), each test file on a database of its own. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '\\.ts$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2023' } }],
  },
  testPathIgnorePatterns: ['/node_modules/', '/data/', '/dist/'],
  modulePathIgnorePatterns: ['<rootDir>/data/', '<rootDir>/dist/'],
  setupFiles: ['./testing/agenda-timers.ts'],
  globalSetup: './testing/start-database.ts',
  globalTeardown: './testing/stop-database.ts',
  testTimeout: 60_000,
  maxWorkers: 2,
};
