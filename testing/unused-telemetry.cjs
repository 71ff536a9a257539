/** Stands for the packages of Apollo's own telemetry in tests; see `resolve-module.cjs`. */
module.exports = new Proxy(
  {},
  {
    get(_, name) {
      // Two names of attributes are listed when the gateway's code is loaded.
      if (String(name).startsWith('ATTR_')) return name;
      throw new Error(`Apollo's telemetry is off in tests, but something uses ${String(name)}`);
    },
  },
);
