/**
 * What executes plans as Apollo does. By file: the index of @apollo/gateway also loads the client of
 * Apollo's registry and the composition, which nobody here calls.
 */
export { executeQueryPlan } from '@apollo/gateway/dist/executeQueryPlan.js';
export { buildOperationContext } from '@apollo/gateway/dist/operationContext.js';
