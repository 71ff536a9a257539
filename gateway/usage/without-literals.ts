import { type DocumentNode, print, separateOperations, visit } from 'graphql';

/**
 * The text of one operation of a document without the values that are written in it: what a text or
 * a number says may be somebody's, and every value would be an operation of its own. The text stays
 * valid where it was.
 */
export function withoutLiterals(document: DocumentNode, operationName: string): string {
  const operation = separateOperations(document)[operationName] ?? document;
  return print(
    visit(operation, {
      IntValue: (node) => ({ ...node, value: '0' }),
      FloatValue: (node) => ({ ...node, value: '0' }),
      StringValue: (node) => ({ ...node, value: '', block: false }),
    }),
  );
}
