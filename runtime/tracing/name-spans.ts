import type { ApolloServerPlugin } from '@apollo/server';
import { errorAttributes } from './error-attributes.ts';
import { shownName } from './shown-name.ts';
import { currentSpan, type Span } from './span.ts';

/** Names a span after the operation that it is of. */
export function nameAfter(span: Span, type: string, given: string | undefined): void {
  const name = given && shownName(given);
  span.rename(name ? `${type} ${name}` : type);
  span.set({
    'graphql.operation.type': type,
    ...(name ? { 'graphql.operation.name': name } : {}),
  });
}

/** Names the span of a request after its operation, and says how it was answered. */
export const nameSpans: ApolloServerPlugin = {
  async requestDidStart() {
    return {
      async didResolveOperation({ operation, operationName }) {
        const span = currentSpan();
        if (span) nameAfter(span, operation?.operation ?? 'query', operationName ?? undefined);
      },
      async willSendResponse({ response: { body } }) {
        if (body.kind === 'single') currentSpan()?.set(errorAttributes(body.singleResult.errors));
      },
    };
  },
};
