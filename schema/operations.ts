import { readdirSync, readFileSync } from 'node:fs';
import {
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
import { projectFile } from './subgraphs.ts';

/** Where the registered operations of the frontend lie, from the project's root: one file each, fragments beside them. */
export const operationsFolder = 'schema/operations';

export type SourceFile = { file: string; text: string };

/** An operation that a frontend sends, with the fragments it needs. Its nodes know the files they come from. */
export type RegisteredOperation = {
  name: string;
  type: OperationTypeNode;
  file: string;
  document: DocumentNode;
  /** It was registered before and is not any more, or not in this form: a frontend that is out there may still send it. */
  before?: true;
};

export const readOperationFiles = (): SourceFile[] =>
  readdirSync(projectFile(operationsFolder))
    .filter((file) => file.endsWith('.graphql'))
    .sort()
    .map((file) => `${operationsFolder}/${file}`)
    .map((file) => ({ file, text: readFileSync(projectFile(file), 'utf8') }));

/** Reads operations and the fragments they share. What can't be read is told in `errors`, by its place. */
export function readOperations(files: readonly SourceFile[]): {
  operations: RegisteredOperation[];
  errors: GraphQLError[];
} {
  const errors: GraphQLError[] = [];
  const definitions: DefinitionNode[] = [];
  for (const { file, text } of files) {
    try {
      const found = parse(new Source(text, file)).definitions;
      const [, second] = found.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION);
      if (second)
        errors.push(new GraphQLError('Give each operation a file of its own.', { nodes: second }));
      definitions.push(...found);
    } catch (error) {
      if (!(error instanceof GraphQLError)) throw error;
      errors.push(error);
    }
  }
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

/** The fragments that an operation reaches, by name. One that is nowhere defined is left for validation to find. */
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
