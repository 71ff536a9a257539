import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { copyOfThisProject, type ScratchProject } from '../../schema/check/scratch-project.ts';

const typeCount = 2_000;
const operationCount = 500;
const extendedCount = 140;

/**
 * `node --import tsx testing/schema-cost/main.ts`: what the schema check costs, of this project's schema, and of one with many types besides.
 */
const run = async (): Promise<void> => {
  const project = copyOfThisProject();
  try {
    project.git('commit', '-q', '--allow-empty', '-m', 'Nothing');
    console.log(`${''.padEnd(44)}${'CPU'.padStart(10)}${'memory'.padStart(12)}`);
    await measured('this schema, nothing changed', project);
    replace(
      project,
      'schema/travel.graphql',
      '  neighbourhood: String',
      '  neighbourhood: String!',
    );
    await measured('this schema, a field changed', project);
    replace(
      project,
      'schema/travel.graphql',
      '  neighbourhood: String!',
      '  neighbourhood: String',
    );
    await grow(project);
    await measured(`${typeCount} types, nothing changed`, project);
    for (const field of ['  f3: Int', '  f4: Float'])
      replace(project, 'schema/travel.graphql', field, field.replace(/\w+$/, 'String'));
    await measured(`${typeCount} types, two fields changed`, project);
  } finally {
    project.remove();
  }
};

/** Adds the types, half of which are found by an operation, and commits all that they generate. */
async function grow(project: ScratchProject): Promise<void> {
  const numbers = Array.from({ length: typeCount }, (_, number) => number);
  project.write(
    'schema/travel.graphql',
    `${project.read('schema/travel.graphql')}\n${numbers.map(typeSdl).join('\n')}\nextend type Query {\n${numbers.map((n) => `  "A thing."\n  big${n}("Its id." id: ID!): Big${n}`).join('\n')}\n}\n`,
  );
  project.write(
    'schema/order.graphql',
    `${project.read('schema/order.graphql')}\n${numbers.slice(0, extendedCount).map(extensionSdl).join('\n')}`,
  );
  for (let n = 0; n < operationCount; n += 1)
    project.write(
      `schema/operations/big-${n}.graphql`,
      `query Big${n}($id: ID!) {\n  big${n}(id: $id) { id f1 f2 f3 f4 next { f5 f6 next { f7 } } ${n < extendedCount ? 'more' : ''} }\n}\n`,
    );
  for (const command of ['compose', 'types', 'manifest'])
    await childOf(project, `schema/commands/${command}.ts`);
  project.commit('Many types');
  project.git('commit', '-q', '--allow-empty', '-m', 'Nothing');
}

const typeSdl = (n: number): string => `
"A thing."
type Big${n} @key(fields: "id") {
  "Its id."
  id: ID!
  "Its f1."
  f1: String!
  "Its f2."
  f2("A number." first: Int! = 10): [String!]
  "Its f3."
  f3: Int
  "Its f4."
  f4: Float
  "Its f5."
  f5: Boolean!
  "Its f6."
  f6: ID
  "Its f7."
  f7: [Int!]!
  "The next."
  next: Big${n - (n % 10) + ((n + 1) % 10)}
}`;

const extensionSdl = (n: number): string => `
"A thing."
type Big${n} @key(fields: "id") {
  "Its id."
  id: ID!
  "More of it."
  more: String
}`;

function replace(project: ScratchProject, file: string, from: string, to: string): void {
  const text = project.read(file);
  if (!text.includes(from)) throw new Error(`${file} does not say ${from}`);
  project.write(file, text.replace(from, to));
}

async function measured(what: string, project: ScratchProject): Promise<void> {
  const { cpu, memory, output } = await childOf(project, 'schema/check/main.ts', '--base', 'HEAD^');
  const [, own = ''] = / in ([\d.]+ s)$/.exec(output.trim()) ?? [];
  console.log(
    `${what.padEnd(44)}${`${cpu.toFixed(1)} s`.padStart(10)}${`${memory} MB`.padStart(12)}   its own part took ${own}`,
  );
}

/** Runs a program of the project to its end, and counts what it has used. */
function childOf(project: ScratchProject, script: string, ...args: string[]) {
  const hook = fileURLToPath(new URL('./report-at-end.ts', import.meta.url));
  const child = spawn(process.execPath, ['--import', 'tsx', '--import', hook, script, ...args], {
    cwd: fileURLToPath(project.root),
    stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
  });
  let output = '';
  child.stdout?.on('data', (text) => {
    output += text;
  });
  return new Promise<{ cpu: number; memory: number; output: string }>((done, fail) => {
    let used: { cpu: number; memory: number } | undefined;
    child.on('message', (message) => {
      used = message as typeof used;
    });
    child.on('close', (code) =>
      used ? done({ ...used, output }) : fail(new Error(`${script} ended with ${code}`)),
    );
  });
}

await run();
