import { startParts } from '../embedded/system.ts';
import { type ServiceName, serviceNames } from '../runtime/services.ts';

/**
 * A process of its own: the services that its arguments name, or all as `npm start` runs them, on a
 * database that is there.
 */
const named = process.argv.slice(2) as ServiceName[];
await startParts(named.length > 0 ? named : serviceNames, process.env);
