import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { largeProject } from './large-schema.ts';
import { peerHome } from './peers/install.ts';
import { type Benchmark, type Figures, mediansOf, type Row, whyAbsent } from './rows.ts';

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
export const run: Benchmark = async ({ quick, amongAll }) => {
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
      const absent = whyAbsent(error as Error);
      rows.push({ benchmark: 'schema-check', task, subject, role, figures: {}, absent });
    }
  }
  return [...rows, ...(quick ? largeLeftOut : await largeRows(amongAll ? 1 : 3))];
};

const large = {
  benchmark: 'schema-check',
  subject: 'ours: compose, compare, operations, rules',
  role: 'ours',
} as const;

/** To make so large a schema takes longer than a quick run may. */
const largeLeftOut: Row[] = [
  { ...large, task: '2,000 types and 500 operations', figures: {}, absent: 'not in a quick run' },
];

/** What the check of 2,000 types and 500 operations takes: nothing changes, or two fields do. */
async function largeRows(rounds: number): Promise<Row[]> {
  const project = largeProject();
  const rows: Row[] = [];
  for (const [what, commit] of [
    ['nothing has changed', 'HEAD^'],
    ['two fields are removed', 'HEAD'],
  ] as const) {
    project.git('checkout', '--quiet', '--detach', commit);
    const figures = Array.from({ length: rounds }, () => checkOnce(project.folder));
    rows.push({
      ...large,
      task: `2,000 types and 500 operations: ${what}`,
      figures: mediansOf(figures),
    });
    if (commit === 'HEAD^') project.git('checkout', '--quiet', 'main');
  }
  project.remove();
  return rows;
}

/** Reads of the process itself what it has used, as `time` does. */
function checkOnce(cwd: string): Figures {
  const begin = performance.now();
  const { stderr } = spawnSync(
    process.execPath,
    ['--import', reporter, '--import', 'tsx', 'schema/check/main.ts', '--base', 'HEAD^'],
    { cwd, encoding: 'utf8' },
  );
  const [, cpu, memory] = /^used (\d+) (\d+)$/m.exec(stderr) ?? [];
  return {
    cpu: Number(cpu),
    memory: Number(memory) / 1_024,
    p50: performance.now() - begin,
  };
}

const reporter = `data:text/javascript,process.on('exit',()=>{
  const{userCPUTime:u,systemCPUTime:s,maxRSS:m}=process.resourceUsage();
  console.error('used',u+s,m)
})`;

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
