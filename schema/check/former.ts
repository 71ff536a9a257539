import { print } from 'graphql';
import type { RegisteredOperation } from '../operations.ts';
import { manifestFile, persistedText } from '../persisted-queries.ts';
import { type RegistryFiles, readRegistry } from '../registry.ts';
import type { Finding } from './report.ts';
import { rules } from './rules.ts';

/**
 * What was registered at the base and is not any more, or not in this form. A release of a client
 * that is taken away is retired on purpose, so it does not count; the frontend and the services of
 * the base run on until they are replaced.
 */
export function formerOperations(
  files: RegistryFiles,
  now: readonly RegisteredOperation[],
): RegisteredOperation[] {
  const key = ({ client, document }: RegisteredOperation) => `${client ?? ''} ${print(document)}`;
  const known = new Set(now.map(key));
  const { operations } = readRegistry({ ...files, clients: [] });
  return operations
    .filter((operation) => !known.has(key(operation)))
    .map((operation) => ({ ...operation, before: true }));
}

/**
 * Names the frontend's operations whose ids leave the safelist, unless a published release keeps
 * them.
 */
export function unregistered(
  former: readonly RegisteredOperation[],
  now: readonly RegisteredOperation[],
): Finding[] {
  const gone = former.filter(({ asked }) => !asked);
  if (gone.length === 0) return [];
  const kept = new Set(
    now.flatMap(({ asked, document }) => (asked ? [] : persistedText(document))),
  );
  return gone
    .filter(({ document }) => !kept.has(persistedText(document)))
    .map(({ name }): Finding => {
      const successor = now.find((operation) => operation.name === name && !operation.client);
      const what = successor
        ? `${name} has another text than at the base`
        : `${name} is no longer registered`;
      return {
        check: 'operations',
        severity: 'warning',
        rule: 'operation-unregistered',
        at: name,
        message: `${what}: a gateway that answers only registered operations refuses the clients that send the old one.`,
        advice: rules['operation-unregistered']?.mend ?? '',
        places: [{ file: successor?.file ?? manifestFile, line: 1, column: 1 }],
      };
    });
}
