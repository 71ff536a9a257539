import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyWithCommands, runCommand } from '../testing/schema-commands.ts';
import type { ScratchProject } from './check/scratch-project.ts';

/* The commands of clients and traffic as a person gives them, in a copy of this project. */
let project: ScratchProject;
beforeAll(() => {
  project = copyWithCommands();
});
afterAll(() => project.remove());

const run = (script: string, ...args: string[]) => runCommand(project, script, args);
const client = (...args: string[]) => run('schema/clients/main', ...args);
const traffic = (...args: string[]) => run('schema/traffic/main', ...args);

const ok = (output: string) => ({ code: 0, output: expect.stringContaining(output) });
const refused = (output: string) => ({ code: 1, output: expect.stringContaining(output) });

test('releases are published from a manifest of Relay and a folder of documents, listed, and retired', async () => {
  project.write('app/persisted.json', '{ "0a": "query Old { homestay(id: 1) { subTitle } }" }');
  project.write('pages/card.graphql', 'fragment Card on Homestay {\r\n  title\r\n}\r\n');
  project.write('pages/deep/home.graphql', 'query Home {\r\n  homestay(id: 1) { ...Card }\r\n}');
  expect(await client('list')).toEqual(ok('No release is published.'));
  expect(await client('publish', 'mobile@2.3.0', 'app/persisted.json')).toEqual(
    ok('published schema/clients/mobile@2.3.0.json: 1 operations'),
  );
  expect(await client('publish', 'site@1', 'pages')).toEqual(ok('1 operations'));
  expect(project.read('schema/clients/site@1.json')).not.toContain('\\r');
  expect((await client('list')).output).toBe('mobile@2.3.0: 1 operations\nsite@1: 1 operations\n');
  expect(await client('retire', 'site@1')).toEqual(ok('removed schema/clients/site@1.json'));
  expect(await client('retire', 'site@1')).toEqual(refused('site@1 is not published.'));
});

test('a release is refused that is not valid, that changes, or that has no name and version', async () => {
  project.write('app/other.json', '{ "0a": "query Old { homestay(id: 1) { title } }" }');
  project.write('app/wrong.json', '{ "0a": "query Old { homestay(id: 1) { titel } }" }');
  project.write('app/none.json', '[1]');
  expect(await client('publish', 'mobile@2.3.0', 'app/other.json')).toEqual(
    refused('a release does not change'),
  );
  expect(await client('publish', 'mobile@3', 'app/wrong.json')).toEqual(refused('"titel"'));
  expect(await client('publish', 'mobile@3', 'app/none.json')).toEqual(refused('cannot be read'));
  expect(await client('publish', 'mobile@3', 'nowhere')).toEqual(refused('nowhere'));
  expect(await client('publish', '../mobile', 'app/other.json')).toEqual(
    refused('../mobile is no NAME@VERSION.'),
  );
  expect(await client()).toEqual(refused('publish NAME@VERSION FILE_OR_FOLDER'));
});

test('what a partner sends must be in its contract', async () => {
  project.write('app/partner.json', '{ "0a": "query Own { homestay(id: 1) { onShelf } }" }');
  expect(await client('publish', 'partner@1', 'app/partner.json')).toEqual(refused('"onShelf"'));
  expect(await client('publish', 'web@1', 'app/partner.json')).toEqual(ok('1 operations'));
});

test('the files of all instances are folded into one, and the check names who sent what is removed', async () => {
  const usage = (day: string, count: number) =>
    JSON.stringify({
      format: 'operation-usage',
      version: 1,
      day,
      other: 0,
      operations: [
        {
          id: '0a',
          name: 'Facts',
          type: 'query',
          body: 'query Facts { homestay(id: "") { neighbourhood } }',
          clients: [{ name: 'kiosk', version: '7', count }],
        },
      ],
    });
  const dayAgo = (days: number) =>
    new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);
  project.write('usage/a.json', usage(dayAgo(1), 3));
  project.write('usage/b.json', usage(dayAgo(1), 4));
  project.write('usage/today.json', usage(dayAgo(0), 100));
  project.write('usage/notes.txt', 'no usage');
  expect(await traffic('usage')).toEqual(ok('2 files: 1 operations of 1 days'));
  expect(await traffic('usage/a.json', 'usage/b.json')).toEqual(ok('of 1 days'));
  expect(await traffic()).toEqual(ok('schema:traffic -- [--into FILE]'));
  expect(await traffic('nowhere')).toEqual(refused('The traffic cannot be folded'));

  const sdl = project.read('schema/travel.graphql');
  const renamed = sdl.replace(
    /(\ntype Homestay [\s\S]*?\n {2})neighbourhood: String\n/,
    '$1area: String\n',
  );
  expect(renamed).not.toBe(sdl);
  project.write('schema/travel.graphql', renamed);
  const options = ['--base', 'HEAD', '--traffic', 'schema/traffic.json'];
  const check = await run('schema/check/main', ...options);
  expect(check.output).toContain(`kiosk@7 Facts sent it 7 times, last on ${dayAgo(1)}`);
  expect(check.code).toBe(1);
  const without = [...options, '--clients', '!kiosk'];
  expect((await run('schema/check/main', ...without)).output).not.toContain('kiosk');
});
