import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../embedded/free-port.ts';
import { compose } from '../../testing/gateway/raw-subgraph.ts';
import { startOurs } from '../gateways.ts';
import { startMeasured } from '../measured-process.ts';
import type { Row } from '../rows.ts';
import { secrets, tokenOf } from '../secrets.ts';
import { attackRows, lasting, type Turns } from './interleaved.ts';
import type { Attack } from './start-attackers.ts';

/** Ways to fail, each a subgraph of its own with a field of that name. */
export const ways = { hangs: 'hangs', floods: 'floods', 'answers 50 MB': 'huge' };
const everyMs = 100;

/**
 * What an honest client of one subgraph feels while 16 others ask for another one that fails. They
 * ask at the same pace in quiet turns, ten times a second each, for one that answers: so a row says
 * what it costs others that a subgraph fails, and not what it costs that somebody asks.
 * @param isWanted which ways to fail are measured
 */
export async function beside(isWanted: (way: string) => boolean, length: Turns): Promise<Row[]> {
  const wanted = Object.entries(ways).filter(([way]) => isWanted(way));
  if (wanted.length === 0) return [];
  // Of two processes, so that the good one is as quick as ever.
  const good = await startSubgraph('normal');
  const bad = await startSubgraph('low');
  const folder = mkdtempSync(join(tmpdir(), 'homestay-attack-'));
  try {
    const file = join(folder, 'supergraph.graphql');
    const subgraph = (name: string, url: string) => ({
      ...{ name, url: `${url}/${name}` },
      sdl: `type Query { ${name}: String }`,
    });
    writeFileSync(
      file,
      compose([
        subgraph('good', good.url),
        ...['healthy', ...Object.values(ways)].map((name) => subgraph(name, bad.url)),
      ]),
    );
    return await measure(file, wanted, length);
  } finally {
    good.stop();
    bad.stop();
    rmSync(folder, { recursive: true });
  }
}

async function startSubgraph(priority: 'normal' | 'low') {
  const port = await freePort();
  const env = { BAD_PORT: String(port), PRIORITY: priority };
  const { stop } = startMeasured({ program: ['bench/attack/bad-subgraph.ts'], env });
  return { url: `http://127.0.0.1:${port}`, stop };
}

async function measure(
  file: string,
  wanted: [way: string, field: string][],
  length: Turns,
): Promise<Row[]> {
  const token = await tokenOf('honest');
  const env = { ...secrets, ...lasting, SUPERGRAPH_FILE: file, LOG_LEVEL: 'fatal' };
  const { url, process } = await startOurs({ env, token });
  const tokens = await Promise.all(Array.from({ length: 16 }, (_, n) => tokenOf(`other ${n}`)));
  const asking = (field: string): Attack => ({
    ...{ tokens, address: '127.0.0.2', everyMs },
    // A new one each time would wait to be planned, and seldom reach the subgraph.
    operation: { query: `{ ${field} }`, isKnown: true },
  });
  try {
    const named = wanted.map(([way, field]) => [`a subgraph that ${way}`, asking(field)]);
    const attacks: Record<string, Attack> = Object.fromEntries(named);
    const quiet = asking('healthy');
    const honest = { query: '{ good }', token, warmUp: 2 };
    const task = 'an honest client beside 16 who ask for a subgraph that fails';
    return await attackRows({ url, process, honest, task, attacks, quiet, length });
  } finally {
    process.stop();
  }
}
