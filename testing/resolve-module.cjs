const { join, sep } = require('node:path');

const gatewayUtilities = sep + join('@apollo', 'gateway', 'dist', 'utilities');
const telemetry = /^@opentelemetry\/(?!api$)/;
const unused = join(__dirname, 'unused-telemetry.cjs');

/**
 * How Jest finds a module. @apollo/gateway loads some 700 modules for its own telemetry, which is
 * off here, and Jest loads them again for every test file. It gets one that throws if it is used.
 */
module.exports = (path, options) =>
  telemetry.test(path) && options.basedir.endsWith(gatewayUtilities)
    ? unused
    : options.defaultResolver(path, options);
