import { GraphQLError, Kind, parse, Source } from 'graphql';
import { type ManifestEntry, manifestEntries } from '../../gateway/admission/manifest.ts';
import {
  linked,
  parseSources,
  type ReadOperations,
  type RegisteredOperation,
  type SourceFile,
} from '../operations.ts';

/**
 * The releases of clients that are out there, from the project's root: `NAME@VERSION.json`, or a
 * folder `NAME@VERSION` of documents. Each is what that release sends, in no other version.
 */
export const clientsFolder = 'schema/clients';

/**
 * The release that a file in the folder belongs to, `NAME@VERSION`; undefined where its name is no
 * such thing.
 */
export const releaseOf = (file: string): string | undefined =>
  /^schema\/clients\/([\w.-]+@[\w.+-]+?)(?:\.json|\/.*)$/.exec(file)?.[1];

/** Reads what every release sends. */
export function readClients(files: readonly SourceFile[]): ReadOperations {
  const folders = new Map<string, SourceFile[]>();
  const parts: ReadOperations[] = [];
  for (const source of files) {
    const release = releaseOf(source.file);
    if (!release) parts.push({ operations: [], errors: [misnamed(source)] });
    else if (source.file.endsWith('.json')) parts.push(manifestOperations(source, release));
    else folders.set(release, [...(folders.get(release) ?? []), source]);
  }
  for (const [release, sources] of folders) parts.push(documentOperations(sources, release));
  return {
    operations: parts.flatMap(({ operations }) => operations),
    errors: parts.flatMap(({ errors }) => errors),
  };
}

const errorIn = ({ file, text }: SourceFile, message: string, position = 0): GraphQLError =>
  new GraphQLError(message, { source: new Source(text || ' ', file), positions: [position] });

const misnamed = (source: SourceFile): GraphQLError =>
  errorIn(
    source,
    `${source.file} must be called NAME@VERSION.json, or lie in a folder of that name.`,
  );

function documentOperations(sources: readonly SourceFile[], client: string): ReadOperations {
  const { sources: definitions, errors } = parseSources(
    sources.map(({ file, text }) => new Source(text, file)),
  );
  const { operations } = linked(definitions.flat(), errors);
  return { errors, operations: operations.map((operation) => ({ ...operation, client })) };
}

function manifestOperations(source: SourceFile, client: string): ReadOperations {
  const found: ReadOperations = { operations: [], errors: [] };
  try {
    for (const entry of manifestEntries(source.text)) {
      const operation = entryOperation(entry, source, client);
      if (operation instanceof GraphQLError) found.errors.push(operation);
      else found.operations.push(operation);
    }
  } catch (error) {
    found.errors.push(
      errorIn(source, `${source.file} cannot be read: ${(error as Error).message}`),
    );
  }
  return found;
}

function entryOperation(
  { id, body }: ManifestEntry,
  source: SourceFile,
  client: string,
): RegisteredOperation | GraphQLError {
  const position = Math.max(source.text.indexOf(id), 0);
  const line = source.text.slice(0, position).split('\n').length;
  try {
    const document = parse(new Source(body, source.file, { line, column: 1 }));
    const [operation] = document.definitions.filter(
      (node) => node.kind === Kind.OPERATION_DEFINITION,
    );
    if (!operation?.name)
      return errorIn(source, `The text of ${id} holds no operation with a name.`, position);
    return {
      name: operation.name.value,
      type: operation.operation,
      file: source.file,
      document,
      client,
    };
  } catch (error) {
    return errorIn(
      source,
      `The text of ${id} is no GraphQL: ${(error as Error).message}`,
      position,
    );
  }
}
