import type { MongoClient } from 'mongodb';
import { currentSpan, faultOf, type Span } from './span.ts';

/**
 * Makes a span of each command that is sent within another span. A command outside of one, such as
 * a change stream's wait for changes, belongs to no trace.
 */
export function traceCommands(client: MongoClient): void {
  const underWay = new Map<number, Span>();
  client.on('commandStarted', ({ requestId, commandName, databaseName, command }) => {
    const parent = currentSpan();
    if (!parent) return;
    const collection = command[commandName];
    const known = typeof collection === 'string' ? { 'db.collection.name': collection } : undefined;
    const name = known ? `${commandName} ${collection}` : commandName;
    const span = parent.child(name, 'client', {
      'db.system.name': 'mongodb',
      'db.namespace': databaseName,
      'db.operation.name': commandName,
      ...known,
    });
    underWay.set(requestId, span);
  });
  const end = (requestId: number, fault?: string) => {
    underWay.get(requestId)?.end(fault);
    underWay.delete(requestId);
  };
  client.on('commandSucceeded', ({ requestId }) => end(requestId));
  client.on('commandFailed', ({ requestId, failure }) => end(requestId, faultOf(failure)));
}
