import { AsyncLocalStorage } from 'node:async_hooks';
import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/** The storages in use, which each file's modules make anew. */
const storages = new Set();
const { run } = AsyncLocalStorage.prototype;
AsyncLocalStorage.prototype.run = function runStorage(...args) {
  storages.add(this);
  return run.apply(this, args);
};

/**
 * Where test files run: in the worker's own globals, as the product does, and not in a VM context
 * as in Jest's own environment. So packages that `runtime.js` loads once for all files meet the
 * same `Error` and `Object` as the tests. What a file changes of the globals is changed back.
 */
export default class OwnGlobals {
  constructor({ projectConfig: config }) {
    this.global = globalThis;
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config, global: globalThis });
    const { exit } = process;
    const kept = [globalThis, process.env].map((object) => ({
      object,
      properties: Object.getOwnPropertyDescriptors(object),
    }));
    this.restore = () => {
      process.exit = exit;
      kept.forEach(restore);
    };
  }

  async setup() {}

  async teardown() {
    this.fakeTimersModern.dispose();
    this.fakeTimersModern = null;
    this.restore();
    // One that stays enabled is carried by every promise of the files to come.
    for (const storage of storages) storage.disable();
    storages.clear();
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  getVmContext() {
    return null;
  }
}

function restore({ object, properties }) {
  for (const name of Reflect.ownKeys(object))
    if (!Object.hasOwn(properties, name)) Reflect.deleteProperty(object, name);
  for (const name of Reflect.ownKeys(properties))
    Reflect.defineProperty(object, name, properties[name]);
}
