import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../embedded/free-port.ts';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { startOurs } from '../gateways.ts';
import { startMeasured } from '../measured-process.ts';
import type { Row } from '../rows.ts';
import { secrets, tokenOf } from '../secrets.ts';
import { honestClient } from './honest-client.ts';
import { interleaved, rowOf } from './interleaved.ts';
import { startAttackers } from './start-attackers.ts';

const ways = { hangs: '/hangs', floods: '/floods', 'answers 50 MB': '/huge' };

/**
 * What an honest client of one subgraph feels while 16 others ask for another one that fails.
 * @param isWanted which ways to fail are measured
 */
export async function beside(quick: boolean, isWanted: (way: string) => boolean): Promise<Row[]> {
  const wanted = Object.entries(ways).filter(([way]) => isWanted(way));
  if (wanted.length === 0) return [];
  // Of two processes, so that the good one is as quick as ever.
  const good = await startSubgraph('normal');
  const bad = await startSubgraph('low');
  const rows: Row[] = [];
  try {
    for (const [way, path] of wanted) {
      console.error(`  a subgraph that ${way}`);
      const name = `a subgraph that ${way}`;
      const felt = await measure(good.url, { name, bad: bad.url + path, quick });
      for (const one of felt.values()) rows.push(rowOf(name, one));
    }
  } finally {
    good.stop();
    bad.stop();
  }
  return rows;
}

async function startSubgraph(priority: 'normal' | 'low') {
  const port = await freePort();
  const env = { BAD_PORT: String(port), PRIORITY: priority };
  const { stop } = startMeasured({ program: ['bench/attack/bad-subgraph.ts'], env });
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function measure(
  good: string,
  { name, bad, quick }: { name: string; bad: string; quick: boolean },
) {
  const folder = mkdtempSync(join(tmpdir(), 'homestay-attack-'));
  const file = join(folder, 'supergraph.graphql');
  writeFileSync(
    file,
    compose([
      { name: 'good', url: `${good}/good`, sdl: 'type Query { good: String }' },
      { name: 'bad', url: bad, sdl: 'type Query { bad: String }' },
    ]),
  );
  const token = await tokenOf('honest');
  const lasting = { COSTLY_BURST: '1ms', NODE_ENV: 'production' };
  const env = { ...secrets, ...lasting, SUPERGRAPH_FILE: file, LOG_LEVEL: 'fatal' };
  const { url, process } = await startOurs({ env, token });
  const attackers = await startAttackers({
    url,
    tokens: [],
    address: '127.0.0.2',
    // A new one each time would wait to be planned, and seldom reach the subgraph.
    operation: { query: '{ bad }', isKnown: true },
  });
  try {
    const honest = { query: '{ good }', token };
    await honestClient(url, { ...honest, seconds: 2 });
    return await interleaved({ url, process, honest, attackers: { [name]: attackers }, quick });
  } finally {
    attackers.stop();
    process.stop();
    rmSync(folder, { recursive: true });
  }
}
