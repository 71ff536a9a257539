import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { withoutRights } from '../testing/gateway/without-rights.ts';
import { largeProject } from './large-schema.ts';
import { peerHome } from './peers/install.ts';
import { step } from './progress.ts';
import { type Benchmark, type Figures, mediansOf, type Row, whyAbsent } from './rows.ts';

const root = fileURLToPath(new URL('..', import.meta.url));
const task = 'the schema as it is, from the start of the command to its end';

type Subject = Pick<Row, 'subject' | 'role'> & {
  command: () => Promise<string[]>;
  /** Left out of a quick run. */
  isSlow?: true;
};

const subjects: Subject[] = [
  {
    subject: 'ours: compose, compare, operations, rules',
    role: 'ours',
    command: async () => ['--import', 'tsx', 'schema/check/main.ts', '--base', 'HEAD'],
  },
  {
    subject: 'wgc: compose (check needs a server)',
    ...{ role: 'peer', isSlow: true },
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

const options = {
  ...{ cwd: root, timeout: 120_000 },
  env: { ...process.env, COSMO_TELEMETRY_DISABLED: 'true' },
};

/** How long a check of the schema takes, as a developer waits for it. */
export const run: Benchmark = async ({ quick }) => {
  const rows: Row[] = [];
  for (const { subject, role, command, isSlow } of subjects) {
    step(subject);
    try {
      if (quick && isSlow) throw new Error('not in a quick run');
      const program = await command();
      const rounds = [];
      for (let round = 0; round < (quick ? 1 : 2); round += 1) {
        const begin = performance.now();
        await promisify(execFile)(process.execPath, program, options);
        rounds.push({ p50: performance.now() - begin });
      }
      rows.push({ benchmark: 'schema-check', task, subject, role, figures: mediansOf(rounds) });
    } catch (error) {
      const absent = whyAbsent(error as Error);
      rows.push({ benchmark: 'schema-check', task, subject, role, figures: {}, absent });
    }
  }
  return [...rows, ...(quick ? largeLeftOut : await largeRows())];
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
async function largeRows(): Promise<Row[]> {
  step('making a schema of 2,000 types');
  const project = await largeProject();
  const rows: Row[] = [];
  for (const [what, commit] of [
    ['nothing has changed', 'HEAD^'],
    ['two fields are removed', 'HEAD'],
  ] as const) {
    project.git('checkout', '--quiet', '--detach', commit);
    step(`2,000 types and 500 operations: ${what}`);
    const figures = checkOnce(project.folder);
    rows.push({ ...large, task: `2,000 types and 500 operations: ${what}`, figures });
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

/** What wgc composes: the subgraphs without rights, of which it does not know `@policy`. */
function composition(): string {
  const folder = mkdtempSync(join(tmpdir(), 'homestay-wgc-'));
  const subgraphs = ['travel', 'order', 'payment'].map((name) => {
    const sdl = join(folder, `${name}.graphql`);
    writeFileSync(
      sdl,
      withoutRights(readFileSync(join(root, 'schema', `${name}.graphql`), 'utf8')),
    );
    return `  - name: ${name}
    routing_url: http://${name}/graphql
    schema:
      file: ${sdl}`;
  });
  const file = join(folder, 'compose.yaml');
  writeFileSync(file, `version: 1\nsubgraphs:\n${subgraphs.join('\n')}\n`);
  return file;
}
