import { execFile } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { peerHome } from './peers/install.ts';
import { type Benchmark, mediansOf, type Row } from './rows.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const task = 'the schema as it is, from the start of the command to its end';

type Subject = Pick<Row, 'subject' | 'role'> & { command: () => Promise<string[]> };

const subjects: Subject[] = [
  {
    subject: 'ours: compose, compare, operations, rules',
    role: 'ours',
    command: async () => ['--import', 'tsx', 'schema/check/main.ts', '--base', 'HEAD'],
  },
  {
    subject: 'wgc: compose alone',
    role: 'peer',
    command: async () => {
      const home = await peerHome('schema-checks');
      return [
        join(home, 'node_modules/wgc/dist/src/index.js'),
        ...['router', 'compose', '--input', composition(), '--out', join(tmpdir(), 'wgc.json')],
      ];
    },
  },
  {
    subject: 'graphql-inspector: compare alone',
    role: 'peer',
    command: async () => [
      '--import',
      'tsx',
      'bench/peers/inspector-diff.ts',
      await peerHome('schema-checks'),
    ],
  },
];

/** How long a check of the schema takes, as a developer waits for it. */
export const run: Benchmark = async ({ quick }) => {
  const rows: Row[] = [];
  for (const { subject, role, command } of subjects) {
    console.error(`  ${subject}`);
    try {
      const program = await command();
      const rounds = [];
      for (let round = 0; round < (quick ? 1 : 3); round += 1) {
        const begin = performance.now();
        await promisify(execFile)(process.execPath, program, { cwd: root, timeout: 120_000 });
        rounds.push({ p50: performance.now() - begin });
      }
      rows.push({ benchmark: 'schema-check', task, subject, role, figures: mediansOf(rounds) });
    } catch (error) {
      const absent = (error as Error).message.split('\n', 1)[0] as string;
      rows.push({ benchmark: 'schema-check', task, subject, role, figures: {}, absent });
    }
  }
  return rows;
};

/** What wgc composes. */
function composition(): string {
  const subgraphs = ['travel', 'order', 'payment'].map(
    (name) => `  - name: ${name}
    routing_url: http://${name}/graphql
    schema:
      file: ${join(root, 'schema', `${name}.graphql`)}`,
  );
  const file = join(mkdtempSync(join(tmpdir(), 'homestay-wgc-')), 'compose.yaml');
  writeFileSync(file, `version: 1\nsubgraphs:\n${subgraphs.join('\n')}\n`);
  return file;
}
