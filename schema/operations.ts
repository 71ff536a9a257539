import { existsSync, readdirSync } from 'node:fs';
import {
  type ASTNode,
  type DefinitionNode,
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  Kind,
  type OperationDefinitionNode,
  type OperationTypeNode,
  parse,
  Source,
  visit,
} from 'graphql';
import { type Place, placeAt } from './place.ts';
import { projectFile, readText } from './subgraphs.ts';

/**
 * Where the registered operations of this repository's frontend lie, from the project's root: one
 * file each.
 */
export const operationsFolder = 'schema/operations';

export type SourceFile = { file: string; text: string };

/**
 * An operation that a client sends, with the fragments it needs. Its nodes know the files they come
 * from.
 */
export type RegisteredOperation = {
  name: string;
  type: OperationTypeNode;
  file: string;
  document: DocumentNode;
  /**
   * Who sends it: `mobile@2.3.0`, or the service `payment`. Missing for the frontend of this
   * repository.
   */
  client?: string;
  /** The subgraph that is asked, where a service asks it directly and not through the gateway. */
  asked?: string;
  /**
   * It was registered before and is not any more, or not in this form: a client that is out there
   * may still send it.
   */
  before?: true;
  /** It was seen in the traffic: how often, and on which day last. */
  seen?: { count: number; lastDay: string };
};

/** An operation as people call it: with the client that sends it. */
export const titleOf = ({ name, client }: Pick<RegisteredOperation, 'name' | 'client'>): string =>
  client ? `${client} ${name}` : name;

/**
 * Where a node of an operation stands. A text inside a JSON file has one line there, which its
 * source knows; lines within the text are nowhere to be found in the file.
 */
export function placeOf({ loc }: ASTNode): Place | undefined {
  if (!loc) return undefined;
  const { name: file, locationOffset } = loc.source;
  if (file.endsWith('.json')) return { file, line: locationOffset.line, column: 1 };
  return placeAt(loc);
}

/**
 * Reads the files of a folder and its subfolders whose names end so, in the order of their names.
 */
export function readFilesIn(folder: string, ending: string): SourceFile[] {
  const path = projectFile(`${folder}/`);
  if (!existsSync(path)) return [];
  return readdirSync(path, { recursive: true, encoding: 'utf8' })
    .map((file) => `${folder}/${file.replaceAll('\\', '/')}`)
    .filter((file) => file.endsWith(ending))
    .sort()
    .map((file) => ({ file, text: readText(file) }));
}

export const readOperationFiles = (): SourceFile[] => readFilesIn(operationsFolder, '.graphql');

export type ReadOperations = { operations: RegisteredOperation[]; errors: GraphQLError[] };

/**
 * Reads operations and the fragments they share. What can't be read is told in `errors`, by its
 * place.
 */
export function readOperations(files: readonly SourceFile[]): ReadOperations {
  const { sources, errors } = parseSources(files.map(({ file, text }) => new Source(text, file)));
  for (const definitions of sources) {
    const [, second] = definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
    if (second)
      errors.push(new GraphQLError('Give each operation a file of its own.', { nodes: second }));
  }
  return linked(sources.flat(), errors);
}

/** Parses sources one by one, so that a slip in one of them hides no other. */
export function parseSources(sources: readonly Source[]): {
  sources: (readonly DefinitionNode[])[];
  errors: GraphQLError[];
} {
  const errors: GraphQLError[] = [];
  const parsed = sources.flatMap((source) => {
    try {
      return [parse(source).definitions];
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      errors.push(error);
      return [];
    }
  });
  return { sources: parsed, errors };
}

/** Gives each operation the fragments it reaches. */
export function linked(
  definitions: readonly DefinitionNode[],
  errors: GraphQLError[],
): ReadOperations {
  const fragments = new Map<string, FragmentDefinitionNode>();
  const operations = new Map<string, OperationDefinitionNode>();
  for (const node of definitions) {
    if (node.kind === Kind.FRAGMENT_DEFINITION) addOnce(fragments, node, node.name.value, errors);
    else if (node.kind === Kind.OPERATION_DEFINITION && node.name)
      addOnce(operations, node, node.name.value, errors);
    else
      errors.push(
        new GraphQLError('Only named operations and fragments can be registered.', { nodes: node }),
      );
  }
  return {
    errors,
    operations: [...operations].map(([name, node]) => ({
      name,
      type: node.operation,
      file: node.loc?.source.name ?? '',
      document: { kind: Kind.DOCUMENT, definitions: [node, ...fragmentsOf(node, fragments)] },
    })),
  };
}

function addOnce<Node extends DefinitionNode>(
  known: Map<string, Node>,
  node: Node,
  name: string,
  errors: GraphQLError[],
): void {
  const first = known.get(name);
  if (first)
    errors.push(new GraphQLError(`The name ${name} is used twice.`, { nodes: [node, first] }));
  else known.set(name, node);
}

/**
 * The fragments that an operation reaches, by name. One that is nowhere defined is left for
 * validation to find.
 */
function fragmentsOf(
  operation: OperationDefinitionNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
): FragmentDefinitionNode[] {
  const reached = new Map<string, FragmentDefinitionNode>();
  const follow = (node: DefinitionNode): void => {
    visit(node, {
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (!fragment || reached.has(name.value)) return;
        reached.set(name.value, fragment);
        follow(fragment);
      },
    });
  };
  follow(operation);
  return [...reached.values()].sort((a, b) => (a.name.value < b.name.value ? -1 : 1));
}
