import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../embedded/free-port.ts';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { startOurs } from '../gateways.ts';
import { startMeasured } from '../measured-process.ts';
import type { Figures, Row } from '../rows.ts';
import { secrets, tokenOf } from '../secrets.ts';
import { honestClient } from './honest-client.ts';
import { startAttackers } from './start-attackers.ts';

const ways = { hangs: '/hangs', floods: '/floods', 'answers 50 MB': '/huge' };

/**
 * What an honest client of one subgraph feels while 16 others ask for another one that fails.
 * @param isWanted which ways to fail are measured
 */
export async function beside(seconds: number, isWanted: (way: string) => boolean): Promise<Row[]> {
  const wanted = Object.entries(ways).filter(([way]) => isWanted(way));
  if (wanted.length === 0) return [];
  // Of two processes, so that the good one is as quick as ever.
  const good = await startSubgraph('normal');
  const bad = await startSubgraph('low');
  const rows: Row[] = [];
  try {
    for (const [way, path] of [['none fails', '/good'] as const, ...wanted]) {
      console.error(`  a subgraph that ${way}`);
      const attack = way === 'none fails' ? undefined : '{ bad }';
      const figures = await measure(good.url, { bad: bad.url + path, attack, seconds });
      const common = { benchmark: 'attack', by: 'p99', figures } as const;
      const task = 'an honest client beside a subgraph that fails';
      rows.push({ ...common, task, subject: way, role: attack ? 'peer' : 'ours' });
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

type Way = { bad: string; attack: string | undefined; seconds: number };

async function measure(good: string, { bad, attack, seconds }: Way): Promise<Figures> {
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
  const env = { ...secrets, SUPERGRAPH_FILE: file, LOG_LEVEL: 'fatal' };
  const { url, process } = await startOurs({ env, token });
  try {
    const client = { query: '{ good }', token };
    await honestClient(url, { ...client, seconds: 2 });
    const needs = { url, tokens: [], address: '127.0.0.2' };
    const stop = attack && (await startAttackers({ ...needs, query: attack }));
    await process.loopDelay();
    const honest = await honestClient(url, { ...client, seconds });
    const figures = { ...honest, loop: await process.loopDelay() };
    if (stop) console.error(`    the others heard ${JSON.stringify(await stop())}`);
    return figures;
  } finally {
    process.stop();
    rmSync(folder, { recursive: true });
  }
}
