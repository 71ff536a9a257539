import { readFileSync } from 'node:fs';
import { globalId, keyOfReference } from '../../runtime/global-id.ts';
import type { HttpServer } from '../../runtime/http-server.ts';
import { createLog } from '../../runtime/log.ts';
import { startSubgraph } from '../../runtime/subgraph.ts';
import { secrets } from '../tokens.ts';
import { type RandomEntities, randomResolvers } from './random-answers.ts';

const entities: RandomEntities = Object.fromEntries(
  ['Homestay', 'HomestayShop', 'HomestayComment', 'HomestayOrder', 'Payment', 'Refund'].map(
    (type) => [
      type,
      {
        fields: (key) => ({ id: globalId(type, key), sn: key }),
        keyIn: (reference: { id: string } | { sn: string }) => keyOfReference(type, reference),
      },
    ],
  ),
);

/** Subgraphs on the real schemas, whose data comes out of a hash. */
export const startRandomSubgraph = (name: 'travel' | 'order' | 'payment'): Promise<HttpServer> => {
  const sdlFile = new URL(`../../schema/${name}.graphql`, import.meta.url);
  return startSubgraph({
    host: '127.0.0.1',
    port: 0,
    sdlFile,
    resolvers: randomResolvers(name, readFileSync(sdlFile, 'utf8'), entities),
    context: (caller) => ({ caller }),
    serviceSecret: secrets.SERVICE_SECRET,
    ready: {},
    log: createLog('test', 'silent'),
  });
};
