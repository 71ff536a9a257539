import { service } from './server.ts';

await service.run();
