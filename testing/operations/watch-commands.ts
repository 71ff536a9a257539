import { type CommandStartedEvent, MongoClient } from 'mongodb';

/**
 * Notes the commands of every client that is monitored. The product monitors its clients to measure
 * them; clients that tests open are not monitored.
 */
export function watchCommands<Seen>(read: (command: CommandStartedEvent) => readonly Seen[]): {
  sent: Seen[];
  stop(): void;
} {
  const sent: Seen[] = [];
  const { emit } = MongoClient.prototype;
  MongoClient.prototype.emit = function (this: MongoClient, ...event: unknown[]) {
    const [name, started] = event as [string, CommandStartedEvent];
    if (name === 'commandStarted') sent.push(...read(started));
    return emit.apply(this, event as never);
  } as typeof emit;
  return {
    sent,
    stop() {
      MongoClient.prototype.emit = emit;
    },
  };
}
