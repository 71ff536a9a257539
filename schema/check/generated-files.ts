import { existsSync } from 'node:fs';
import type { GraphQLSchema } from 'graphql';
import { clientTypes, clientTypesFile } from '../client-types.ts';
import { contractFile, contractText, type PartnerContract } from '../contracts/read.ts';
import type { RegisteredOperation } from '../operations.ts';
import { manifestFile, persistedQueryManifest } from '../persisted-queries.ts';
import { resolverTypes, resolverTypesFile } from '../resolver-types.ts';
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
}: {
  subgraphs: readonly SubgraphSource[];
  supergraph: string;
  api: GraphQLSchema;
  operations: readonly RegisteredOperation[];
  contracts: readonly PartnerContract[];
}): Promise<GeneratedFile[]> {
  const generated = (
    command: string,
    file: string,
    expected: GeneratedFile['expected'],
  ): GeneratedFile => ({
    file,
    command,
    expected,
    actual: existsSync(projectFile(file)) ? readText(file) : undefined,
  });
  const own = operations.filter(({ client }) => !client);
  return [
    generated('npm run schema:compose', supergraphFile, () => supergraph),
    ...contracts.map((contract) =>
      generated('npm run schema:compose', contractFile(contract.name), () =>
        contractText(supergraph, contract),
      ),
    ),
    generated('npm run schema:manifest', manifestFile, () => persistedQueryManifest(own)),
    generated('npm run schema:types', clientTypesFile, () => clientTypes(api, own)),
    ...(await serviceOperationFiles()).map(({ file, text }) =>
      generated('npm run schema:manifest', file, () => text),
    ),
    ...subgraphs.map((subgraph) =>
      generated('npm run schema:types', resolverTypesFile(subgraph.name), () =>
        resolverTypes(subgraph),
      ),
    ),
  ];
}
