import { startSystem } from '../embedded/system.ts';

/** A process of its own: all services, as `npm start` runs them, on a database that is there. */
await startSystem({ env: process.env });
