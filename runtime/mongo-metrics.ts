import type { MongoClient } from 'mongodb';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

const seconds = [0.001, 0.005, 0.02, 0.05, 0.1, 0.5, 1, 5, 10];

/** Measures what a client does: its commands, its connections, and tries of transactions. */
export function databaseMetrics(client: MongoClient, metrics: Registry) {
  const registers = [metrics];
  measureCommands(client, registers);
  measureConnections(client, registers);
  const tries = new Counter({
    name: 'mongodb_transaction_tries_total',
    help: 'Tries of transactions: the first, and those again after a conflict',
    labelNames: ['try'],
    registers,
  });
  return { onTry: (before: number): void => tries.inc({ try: before === 0 ? 'first' : 'again' }) };
}

function measureCommands(client: MongoClient, registers: Registry[]): void {
  const commands = new Counter({
    name: 'mongodb_commands_total',
    help: 'Commands sent to the database',
    labelNames: ['command', 'collection'],
    registers,
  });
  const failures = new Counter({
    name: 'mongodb_command_failures_total',
    help: 'Commands that the database refused or did not answer',
    labelNames: ['command'],
    registers,
  });
  const duration = new Histogram({
    name: 'mongodb_command_seconds',
    help: 'How long commands take, without the waits of change streams',
    labelNames: ['command'],
    buckets: seconds,
    registers,
  });
  client.on('commandStarted', ({ commandName, command }) => {
    const collection = command[commandName];
    commands.inc({
      command: commandName,
      collection: typeof collection === 'string' ? collection : '',
    });
  });
  client.on('commandSucceeded', ({ commandName, duration: ms }) => {
    // A change stream's getMore waits for a change.
    if (commandName !== 'getMore') duration.observe({ command: commandName }, ms / 1_000);
  });
  client.on('commandFailed', ({ commandName }) => failures.inc({ command: commandName }));
}

function measureConnections(client: MongoClient, registers: Registry[]): void {
  const connections = new Gauge({
    name: 'mongodb_connections',
    help: 'Connections to the database: all that are open, and those in use',
    labelNames: ['state'],
    registers,
  });
  const wait = new Histogram({
    name: 'mongodb_connection_wait_seconds',
    help: 'How long work waits for a free connection to the database',
    buckets: seconds,
    registers,
  });
  const count = (state: 'open' | 'in use', by: 1 | -1) => () => connections.inc({ state }, by);
  client.on('connectionCreated', count('open', 1));
  client.on('connectionClosed', count('open', -1));
  client.on('connectionCheckedIn', count('in use', -1));
  client.on('connectionCheckedOut', count('in use', 1));
  client.on('connectionCheckedOut', ({ durationMS }) => wait.observe(durationMS / 1_000));
  client.on('connectionCheckOutFailed', ({ durationMS }) => wait.observe(durationMS / 1_000));
}
