import { execFile } from 'node:child_process';
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  copiedParts,
  copyOfThisProject,
  type ScratchProject,
} from '../schema/check/scratch-project.ts';

/** A project with a schema of 2,000 types and 500 operations, and two commits of it. */
export type LargeProject = ScratchProject & { folder: string };

const types = 1_950;
const operations = 450;
/** So many are entities to which a second subgraph adds a field. */
const shared = 140;

/**
 * A copy of this project to whose schema a catalogue of things is added. Its last commit removes
 * two fields, one of which an operation asks for. The commit before it changes nothing of the
 * schema. What is generated takes as long for each of the two schemas: so both are made at the same
 * time, the later one in a copy of its own.
 */
export async function largeProject(): Promise<LargeProject> {
  const [project, changed] = [withThings(), withThings()];
  for (const thing of [7, 1_800])
    replaceIn(
      changed,
      'schema/travel.graphql',
      `  "The first text of thing ${thing}."\n  text1: String!\n`,
    );
  replaceIn(changed, 'schema/operations/large/things-7.graphql', ' text1');
  await Promise.all([project, changed].map(generate));
  project.commit('A large schema');
  project.write('notes.txt', 'Nothing of the schema.\n');
  project.commit('Nothing changes');
  for (const part of copiedParts)
    cpSync(new URL(part, changed.root), new URL(part, project.root), { recursive: true });
  project.commit('Two fields are removed');
  changed.remove();
  return { ...project, folder: fileURLToPath(project.root) };
}

function withThings(): ScratchProject {
  const project = copyOfThisProject();
  const append = (file: string, text: string) => project.write(file, project.read(file) + text);
  append(
    'schema/travel.graphql',
    [catalogue(), ...Array.from({ length: types }, thing)].join('\n'),
  );
  append('schema/order.graphql', Array.from({ length: shared }, extension).join('\n'));
  for (let number = 0; number < operations; number += 1)
    project.write(`schema/operations/large/things-${number}.graphql`, operation(number));
  return project;
}

const replaceIn = (project: ScratchProject, file: string, text: string) =>
  project.write(file, project.read(file).replace(text, ''));

async function generate({ root }: ScratchProject): Promise<void> {
  for (const command of ['compose', 'types', 'manifest'])
    await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', `schema/commands/${command}.ts`],
      { cwd: fileURLToPath(root) },
    );
}

const catalogue = () => `
extend type Query {
${Array.from(
  { length: operations },
  (_, number) => `  "One of the things ${number}."
  thing${number}("Its key." id: ID!): Thing${number}`,
).join('\n')}
}
`;

const thing = (_: unknown, number: number) => `
"A thing of the kind ${number}."
type Thing${number}${number < shared ? ' @key(fields: "id")' : ''} {
  "What it is known by."
  id: ID!
  "The first text of thing ${number}."
  text1: String!
  "Another text."
  text2("In how many letters." length: Int = 20): String
  "A number."
  number1: Int!
  "Another number."
  number2: Float
  "Whether it is so."
  so: Boolean!
  "Lists of words."
  words: [String!]!
  "When it came."
  at: DateTime
  "What comes next."
  next: Thing${near(number, 1)}
  "What it is kept with."
  others: [Thing${near(number, 7)}!]!
}`;

/** Another of the same thirty. */
const near = (number: number, step: number) => number - (number % 30) + ((number + step) % 30);

const extension = (_: unknown, number: number) => `
type Thing${number} @key(fields: "id") {
  id: ID!
  "How often it was ordered."
  ordered: Int
}
`;

const operation = (number: number) => `query Things${number}($id: ID!) {
  thing${number}(id: $id) {
    id text1 text2(length: 3) number1 number2
    next { id so words next { id at } }
    others { id text2 number1 }
    ${number < shared ? 'ordered' : ''}
  }
}
`;
