import { existsSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { clientTypes, clientTypesFile, clientTypesOrigin } from '../client-types.ts';
import {
  contractFile,
  contractOrigin,
  contractText,
  type PartnerContract,
} from '../contracts/read.ts';
import type { RegisteredOperation } from '../operations.ts';
import { manifestFile, persistedQueryManifest } from '../persisted-queries.ts';
import { resolverTypes, resolverTypesFile, resolverTypesOrigin } from '../resolver-types.ts';
import { isSealed, type Origin, type Seals } from '../seals.ts';
import { serviceOperationFiles } from '../service-operations.ts';
import { projectFile, readText, type SubgraphSource, supergraphFile } from '../subgraphs.ts';
import type { GeneratedFile } from './drift.ts';

/** Every committed file that is generated from the schema. */
export async function generatedFiles({
  subgraphs,
  supergraph,
  api,
  operations,
  contracts,
  seals,
}: {
  subgraphs: readonly SubgraphSource[];
  supergraph: string;
  api: () => GraphQLSchema;
  operations: readonly RegisteredOperation[];
  contracts: readonly PartnerContract[];
  seals: Seals;
}): Promise<GeneratedFile[]> {
  const generated = (
    command: string,
    file: string,
    expected: GeneratedFile['expected'],
    origin?: () => Origin,
  ): GeneratedFile => {
    const actual = existsSync(projectFile(file)) ? readText(file) : undefined;
    const sealed = () => Boolean(origin && actual && isSealed(seals, file, origin(), actual));
    return { file, command, expected, actual, isSealed: sealed };
  };
  const own = operations.filter(({ client }) => !client);
  return [
    generated('npm run schema:compose', supergraphFile, () => supergraph),
    ...contracts.map((contract) =>
      generated(
        'npm run schema:compose',
        contractFile(contract.name),
        () => contractText(supergraph, contract),
        () => contractOrigin(supergraph, contract),
      ),
    ),
    generated('npm run schema:manifest', manifestFile, () => persistedQueryManifest(own)),
    generated(
      'npm run schema:types',
      clientTypesFile,
      () => clientTypes(api(), own),
      () => clientTypesOrigin(supergraph, own),
    ),
    ...(await serviceOperationFiles()).map(({ file, text }) =>
      generated('npm run schema:manifest', file, () => text),
    ),
    ...subgraphs.map((subgraph) =>
      generated(
        'npm run schema:types',
        resolverTypesFile(subgraph.name),
        () => resolverTypes(subgraph),
        () => resolverTypesOrigin(subgraph),
      ),
    ),
  ];
}
