import { type GraphQLError, Source } from 'graphql';
import { clientsFolder, readClients } from './clients/read.ts';
import {
  linked,
  parseSources,
  type ReadOperations,
  readFilesIn,
  readOperationFiles,
  readOperations,
  type SourceFile,
} from './operations.ts';
import { servicesFolder } from './service-operations.ts';

/** The files that say who sends what. */
export type RegistryFiles = {
  /** Of this repository's frontend. */
  operations: readonly SourceFile[];
  /** Of the services. */
  services?: readonly SourceFile[];
  /** Of the clients that were released, by version. */
  clients?: readonly SourceFile[];
};

export const readRegistryFiles = (): RegistryFiles => ({
  operations: readOperationFiles(),
  services: readFilesIn(servicesFolder, '.graphql'),
  clients: [...readFilesIn(clientsFolder, '.json'), ...readFilesIn(clientsFolder, '.graphql')],
});

/** Reads all operations that anybody is known to send. */
export function readRegistry({
  operations,
  services = [],
  clients = [],
}: RegistryFiles): ReadOperations {
  const parts = [
    readOperations(operations),
    ...services.map(serviceOperations),
    readClients(clients),
  ];
  return {
    operations: parts.flatMap((part) => part.operations),
    errors: parts.flatMap((part): GraphQLError[] => part.errors),
  };
}

/** What one service asks another. */
function serviceOperations({ file, text }: SourceFile): ReadOperations {
  const [client = '', asked = ''] = file
    .replace(/\.graphql$/, '')
    .split('/')
    .slice(-2);
  const { sources, errors } = parseSources([new Source(text, file)]);
  const found = linked(sources.flat(), errors);
  return {
    errors,
    operations: found.operations.map((operation) => ({ ...operation, client, asked })),
  };
}
