import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Db, MongoClient, MongoServerError } from 'mongodb';
import { type Engine, ProvisionError } from './engine.ts';

const replicaSet = 'embedded';
const listening = /"Waiting for connections".*"port":(\d+)/;

/**
 * MongoDB's own server, as a replica set of one member, which transactions and change streams need.
 */
export function mongod(command: string): Engine | { missing: string } {
  // A build for a newer processor fails here with an illegal instruction.
  const asked = spawnSync(command, ['--version'], { encoding: 'utf8' });
  const version = /version v([\w.-]+)/.exec(asked.stdout ?? '')?.[1];
  if (!version)
    return {
      missing: `${command} --version ended with ${asked.signal ?? asked.status ?? asked.error}`,
    };
  return {
    name: 'mongod',
    description: `mongod ${version}`,
    command,
    args: (directory, port) => [
      ...['--bind_ip', '127.0.0.1', '--port', String(port), '--dbpath', directory],
      ...['--replSet', replicaSet, '--wiredTigerCacheSizeGB', '0.5'],
    ],
    picksPort: false,
    readPort: (line) => {
      const port = listening.exec(line)?.[1];
      return port ? Number(port) : undefined;
    },
    prepare: becomePrimary,
  };
}

const notYetInitialized = 94;
const electionLimitMs = 30_000;

/**
 * Makes the only member primary. While mongod loads its earlier configuration it answers with
 * various errors, so this is repeated until it takes writes.
 */
async function becomePrimary(port: number): Promise<void> {
  const client = await MongoClient.connect(`mongodb://127.0.0.1:${port}/?directConnection=true`);
  const host = `127.0.0.1:${port}`;
  try {
    const admin = client.db('admin');
    let refusal = '';
    for (const limit = Date.now() + electionLimitMs; Date.now() < limit; await sleep(100)) {
      const { isWritablePrimary, me } = await admin.command({ hello: 1 });
      if (isWritablePrimary && me === host) return;
      await configure(admin, host).catch((error) => {
        if (!(error instanceof MongoServerError)) throw error;
        refusal = error.message;
      });
    }
    throw new ProvisionError(`mongod listens but takes no writes${refusal ? `: ${refusal}` : ''}`);
  } finally {
    await client.close();
  }
}

/**
 * The configuration names the port, which changes with every start. A set of one member can only be
 * reconfigured by force.
 */
async function configure(admin: Db, host: string): Promise<void> {
  const members = [{ _id: 0, host }];
  const known = await admin.command({ replSetGetConfig: 1 }).catch((error) => {
    if (error instanceof MongoServerError && error.code === notYetInitialized) return undefined;
    throw error;
  });
  if (!known) await admin.command({ replSetInitiate: { _id: replicaSet, members } });
  else if (known.config.members[0]?.host !== host) {
    await admin.command({ replSetReconfig: { ...known.config, members }, force: true });
  }
}
