/** What a client sends to have an operation executed, before anything about it is checked. */
export type GraphqlRequest = {
  query?: unknown;
  operationName?: unknown;
  variables?: unknown;
  extensions?: unknown;
};
