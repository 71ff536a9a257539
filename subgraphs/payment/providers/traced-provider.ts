import { currentSpan, traced } from '../../../runtime/tracing/span.ts';
import type { Provider } from '../domain/provider.ts';

/** The same provider; in a trace, each question to it is a span. */
export function tracedProvider(name: string, provider: Provider): Provider {
  const { begin, query, close, refund, queryRefund } = provider;
  const ask = <Answer>(question: string, work: () => Promise<Answer>) =>
    traced(
      currentSpan()?.child(`${question} ${name}`, 'client', { 'payment.provider': name }),
      work,
    );
  return {
    ...provider,
    begin: (payment, notifyUrl) => ask('begin', () => begin(payment, notifyUrl)),
    query: (payment) => ask('query', () => query(payment)),
    close: (payment) => ask('close', () => close(payment)),
    refund: (asked) => ask('refund', () => refund(asked)),
    queryRefund: (asked) => ask('query refund', () => queryRefund(asked)),
  };
}
