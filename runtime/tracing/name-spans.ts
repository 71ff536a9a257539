import type { ApolloServerPlugin } from '@apollo/server';
import { errorAttributes } from './error-attributes.ts';
import { currentSpan } from './span.ts';

/** Names the span of a request after its operation, and says how it was answered. */
export const nameSpans: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, operationName }) {
        const type = operation?.operation ?? 'query';
        const span = currentSpan();
        span?.rename(operationName ? `${type} ${operationName}` : type);
        span?.set({
          'graphql.operation.type': type,
          ...(operationName ? { 'graphql.operation.name': operationName } : {}),
        });
      },
      async willSendResponse({ response: { body } }) {
        if (body.kind === 'single') currentSpan()?.set(errorAttributes(body.singleResult.errors));
      },
    };
  },
};
