import {
  type DocumentNode,
  type FragmentDefinitionNode,
  GraphQLError,
  type GraphQLSchema,
  Kind,
  NoSchemaIntrospectionCustomRule,
  type OperationDefinitionNode,
  specifiedRules,
  type ValidationRule,
  validate,
  visit,
} from 'graphql';
import { clientError } from '../../runtime/errors.ts';
import { fragmentsOf } from './document-size.ts';
import { variableErrors } from './variable-errors.ts';

/** What is wrong with a document on the schema that is served. */
export type Validate = {
  (schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[];
  /** Whether that is remembered. */
  isKnown(schema: GraphQLSchema, document: DocumentNode): boolean;
  /** Remembers what was found elsewhere. */
  remember(schema: GraphQLSchema, document: DocumentNode, errors: readonly GraphQLError[]): void;
  /** What is wrong with the variables of an operation. */
  variables(
    schema: GraphQLSchema,
    operation: OperationDefinitionNode,
    variables: Record<string, unknown>,
  ): GraphQLError[];
};

type Validated = { schema: GraphQLSchema; errors: readonly GraphQLError[] };

/** More errors than this help nobody, and finding them all takes time. */
const maxErrors = 5;

/**
 * Validates each document once for each schema.
 * @param introspection where it is off, no error may name what the schema holds either
 */
export function validator(introspection: boolean): Validate {
  const always = [...specifiedRules, RootTypeRule];
  const rules = introspection ? always : [...always, NoSchemaIntrospectionCustomRule];
  const options = { maxErrors, hideSuggestions: !introspection };
  const validated = new WeakMap<DocumentNode, Validated>();
  const isKnown = (schema: GraphQLSchema, document: DocumentNode) =>
    validated.get(document)?.schema === schema;
  const remember: Validate['remember'] = (schema, document, errors) => {
    validated.set(document, { schema, errors });
  };
  const check = (schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] => {
    const known = validated.get(document);
    if (known?.schema === schema) return known.errors;
    const errors = errorsOf(() => validate(schema, document, rules, options));
    remember(schema, document, errors);
    return errors;
  };
  const variables: Validate['variables'] = (schema, operation, given) =>
    variableErrors(schema, operation, given, options);
  return Object.assign(check, { isKnown, remember, variables });
}

/** graphql-js says nothing of a mutation where there are none, as in a contract that only reads. */
const RootTypeRule: ValidationRule = (context) => ({
  OperationDefinition(node) {
    if (context.getSchema().getRootType(node.operation)) return;
    context.reportError(new GraphQLError(`There are no ${node.operation}s.`, { nodes: node }));
  },
});

function errorsOf(run: () => readonly GraphQLError[]): GraphQLError[] {
  try {
    return run().map(
      ({ message, nodes }) =>
        new GraphQLError(message, {
          nodes: nodes ?? null,
          extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
        }),
    );
  } catch {
    // graphql-js collects the root fields of a subscription without variables, and throws where a
    // directive has one.
    return [
      clientError(
        'GRAPHQL_VALIDATION_FAILED',
        'The field of a subscription cannot be left out: `@skip` and `@include` belong below it.',
      ),
    ];
  }
}

/**
 * The variables of an operation's `@skip` and `@include` that are null: validation lets that pass
 * where they have a default, and whether the field is wanted is then said nowhere.
 */
export function nullConditions(
  document: DocumentNode,
  operation: OperationDefinitionNode,
  variables: Record<string, unknown>,
): GraphQLError[] {
  if (!Object.values(variables).includes(null)) return [];
  const fragments = fragmentsOf(document);
  const reached = new Set<string>();
  const found = new Set<string>();
  const look = (node: OperationDefinitionNode | FragmentDefinitionNode): void => {
    visit(node, {
      Directive({ name, arguments: given = [] }) {
        if (name.value !== 'skip' && name.value !== 'include') return;
        for (const { value } of given)
          if (value.kind === Kind.VARIABLE && variables[value.name.value] === null)
            found.add(value.name.value);
      },
      FragmentSpread({ name }) {
        const fragment = fragments.get(name.value);
        if (!fragment || reached.has(name.value)) return;
        reached.add(name.value);
        look(fragment);
      },
    });
  };
  look(operation);
  return Array.from(found, (name) =>
    clientError('BAD_USER_INPUT', `\`$${name}\` of \`@skip\` or \`@include\` must not be null.`),
  );
}
