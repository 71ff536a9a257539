import { unwatchFile, watchFile } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { Supergraph } from '@apollo/federation-internals';
import type { ApolloGateway } from '@apollo/gateway';
import type { Log } from '../../runtime/log.ts';

type SupergraphManager = NonNullable<ApolloGateway['supergraphManager']>;

/**
 * Serves the composed schema in a file, and each new one that is put in its place: whole or not at all. One that cannot be
 * served is refused and logged, and the one before goes on serving.
 * The file is looked at rather than waited on: file events get lost on network and container mounts.
 */
export function supergraphFile(file: string, log: Log, lookEveryMs = 1_000): SupergraphManager {
  return {
    async initialize({ update }) {
      const supergraphSdl = await readFile(file, 'utf8').catch((error) => {
        throw new Error(`the supergraph cannot be read: ${error.message}`, { cause: error });
      });
      assertServable(supergraphSdl);
      let serving = supergraphSdl;

      const onChange = async () => {
        try {
          const next = await readFile(file, 'utf8');
          if (next === serving) return;
          assertServable(next);
          update(next);
          serving = next;
          log.info({ file }, 'serving the new supergraph');
        } catch (error) {
          log.error(
            { err: error, file },
            'the new supergraph is refused, the one before goes on serving',
          );
        }
      };
      watchFile(file, { interval: lookEveryMs, persistent: false }, onChange);
      return { supergraphSdl, cleanup: async () => unwatchFile(file, onChange) };
    },
  };
}

/** The gateway takes a new schema over step by step; what would fail half way must not begin. */
function assertServable(supergraphSdl: string): void {
  Supergraph.build(supergraphSdl, { validateSupergraph: true }).apiSchema().toGraphQLJSSchema();
}
