import type { GraphQLError } from 'graphql';
import { placeOf, type RegisteredOperation, titleOf } from '../operations.ts';
import type { Place } from '../place.ts';
import type { Finding, OperationUse } from './report.ts';
import { rules } from './rules.ts';
import { errorsOf, type SchemaFor } from './valid.ts';

/** An operation that is not valid, and why. */
export type InvalidOperation = { operation: RegisteredOperation; errors: readonly GraphQLError[] };

export const invalidOperations = (
  operations: readonly RegisteredOperation[],
  schemaFor: SchemaFor,
): InvalidOperation[] =>
  operations.flatMap((operation) => {
    const schema = schemaFor(operation);
    const errors = schema ? errorsOf(operation, schema) : [];
    return errors.length > 0 ? [{ operation, errors }] : [];
  });

/** What is sent by clients that nobody can change any more. */
const isOutThere = ({ before, seen }: RegisteredOperation): boolean => Boolean(before || seen);

/**
 * Joins invalid operations to the changes that make them so: a change that breaks an operation says
 * it, and only what no change says becomes a finding of its own. An operation that is still
 * registered stays an error though the change is accepted: it is in our hands to mend it.
 * @param wasValid whether an operation was valid at the base, as far as that is known
 */
export function joinInvalid(
  changes: readonly Finding[],
  invalid: readonly InvalidOperation[],
  wasValid: (operation: RegisteredOperation) => boolean,
): Finding[] {
  const told = new Set<InvalidOperation>();
  const joined = changes.map((finding): Finding => {
    if (finding.impact !== 'breaking' || !finding.operations) return finding;
    const operations = finding.operations.map((use): OperationUse => {
      const found = invalid.filter(
        ({ operation }) => titleOf(operation) === use.operation && wasValid(operation),
      );
      for (const one of found) {
        if (finding.severity === 'error' || isOutThere(one.operation)) told.add(one);
      }
      return found.length > 0 ? { ...use, invalid: true } : use;
    });
    return { ...finding, operations };
  });
  const alone = invalid.filter(
    (one) => !told.has(one) && (!isOutThere(one.operation) || wasValid(one.operation)),
  );
  return [...joined, ...alone.map(invalidFinding)];
}

function invalidFinding({ operation, errors: [first, ...others] }: InvalidOperation): Finding {
  const places = (first?.nodes ?? []).flatMap((node): readonly Place[] =>
    [placeOf(node)].filter((place) => place !== undefined),
  );
  const at = places[0] ?? { file: operation.file, line: 1, column: 1 };
  const title = titleOf(operation);
  const words = operation.before
    ? `${title}, registered at the base and still sent by clients,`
    : `The operation ${title}`;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return {
    check: 'operations',
    severity: 'error',
    rule: 'invalid-operation',
    message: `${words} is not valid: ${first?.message}${more}`,
    advice: rules['invalid-operation']?.mend ?? '',
    places: [at],
    operations: [
      {
        operation: title,
        ...at,
        ...(operation.client ? { client: operation.client } : {}),
        ...(operation.before ? { before: true } : {}),
        invalid: true,
      },
    ],
  };
}
