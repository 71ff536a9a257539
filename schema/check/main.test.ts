import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { copyWithCommands, runCommand } from '../../testing/schema-commands.ts';
import type { ScratchProject } from './scratch-project.ts';

let project: ScratchProject;
beforeAll(() => {
  project = copyWithCommands();
});
afterAll(() => project.remove());

let env: Record<string, string> = {};
const run = (script: string, ...args: string[]) => runCommand(project, script, args, env);
const check = (...args: string[]) => run('schema/check/main', ...args);

const withoutRemark = () =>
  project.write(
    'schema/order.graphql',
    project.read('schema/order.graphql').replace(/ {2}"[^"]*"\n {2}remark: String!\n(?! *=)/, ''),
  );
const mend = async () => {
  for (const script of ['compose', 'types', 'manifest']) await run(`schema/commands/${script}`);
};

test('the schema as it is is fine', async () => {
  const { code, output } = await check();
  expect(output).toContain('The schema is fine');
  expect(code).toBe(0);
});

test('a change in the sources alone is drift, and the command that mends it is named', async () => {
  withoutRemark();
  const { code, output } = await check();
  expect(code).toBe(1);
  expect(output).toContain('schema/supergraph.graphql is not what its sources give');
  expect(output).toContain('Run `npm run schema:compose`');
  expect(output).toContain('Run `npm run schema:types`');
});

test('a breaking change, committed with all it generates, fails and names the field, the operation and the file', async () => {
  withoutRemark();
  await mend();
  project.commit('Remarks are gone');
  const { code, output } = await check(
    '--json',
    'report.json',
    '--sarif',
    'report.sarif',
    '--github',
  );
  expect(code).toBe(1);
  expect(output).toContain('HomestayOrder.remark is removed.');
  expect(output).toMatch(
    /OrderPage uses it at schema\/operations\/order-page\.graphql:\d+:\d+, and is no longer valid/,
  );
  expect(output).toMatch(
    /was in HomestayOrder, at schema\/order\.graphql:\d+:\d+ \(FIELD_REMOVED\)/,
  );
  expect(output).toContain('{"rule":"FIELD_REMOVED","at":"HomestayOrder.remark","why":');
  expect(output).toMatch(
    /^::error file=schema\/order\.graphql,line=\d+,col=\d+,title=api%3A FIELD_REMOVED::HomestayOrder\.remark/m,
  );

  const report = JSON.parse(project.read('report.json'));
  expect(report).toMatchObject({ version: 2, ok: false });
  expect(report.findings).toContainEqual(
    expect.objectContaining({
      check: 'api',
      impact: 'breaking',
      rule: 'FIELD_REMOVED',
      at: 'HomestayOrder.remark',
    }),
  );
  const sarif = JSON.parse(project.read('report.sarif'));
  expect(sarif.version).toBe('2.1.0');
  const removed = sarif.runs[0].results.find(
    ({ ruleId }: { ruleId: string }) => ruleId === 'api/FIELD_REMOVED',
  );
  expect(removed.level).toBe('error');
  expect(removed.locations[0].physicalLocation.artifactLocation.uri).toBe('schema/order.graphql');
  expect(sarif.runs[0].tool.driver.rules[removed.ruleIndex].id).toBe(removed.ruleId);
});

test('a breaking change that is named as meant, with its reason, passes', async () => {
  for (const name of readdirSync(new URL('schema/operations/', project.root))) {
    const file = `schema/operations/${name}`;
    project.write(file, project.read(file).replace(/ +remark\n/g, ''));
  }
  const meant = { rule: 'FIELD_REMOVED', at: 'HomestayOrder.remark', why: 'hosts never read it' };
  const done = { ...meant, at: 'HomestayOrder.note' };
  project.write('schema/accepted-changes.json', JSON.stringify([done, meant]));
  await mend();
  const { code, output } = await check('--prune');
  expect(output).toMatch(/OrderPage used it at schema\/operations\/order-page\.graphql:\d+:\d+/);
  expect(output).toMatch(/HomestayOrder\.remark is removed\..* \(accepted: hosts never read it\)/);
  expect(output).toContain('Pruned 1 of 2 entries');
  expect(JSON.parse(project.read('schema/accepted-changes.json'))).toEqual([meant]);
  expect(code).toBe(0);
});

test('what cannot be checked is told apart from what is wrong', async () => {
  expect(await check('--base', 'nowhere')).toMatchObject({
    code: 2,
    output: expect.stringContaining('--base nowhere'),
  });
  project.write(
    'schema/accepted-changes.json',
    '[{ "rule": "FIELD_REMOVED", "at": "HomestayOrder.remark" }]',
  );
  expect(await check()).toMatchObject({
    code: 2,
    output: expect.stringContaining('must be a JSON list of'),
  });
  expect(await check('--bass', 'main')).toMatchObject({
    code: 2,
    output: expect.stringContaining('--base BASE'),
  });
});

test('a new scalar and the last subscription end in findings, each with its place, and all else is checked', async () => {
  project.write('schema/accepted-changes.json', '[]');
  const travel = project.read('schema/travel.graphql');
  project.write('schema/travel.graphql', `${travel}\n"A web address."\nscalar WebAddress\n`);
  for (const name of ['order', 'payment']) {
    const sdl = project.read(`schema/${name}.graphql`);
    project.write(
      `schema/${name}.graphql`,
      sdl
        .replace(/\n"[^"]*"\ntype Subscription \{[\s\S]*?\n\}\n/, '')
        .replace(/ {2}subscription: Subscription\n/, ''),
    );
  }
  const { code, output } = await check();
  expect(code).toBe(1);
  expect(output).toContain(
    'How is the scalar WebAddress of schema/travel.graphql held in the program?',
  );
  expect(output).toContain('at schema/resolver-types.ts:1:1 (unknown-scalar)');
  expect(output).toContain('The type Subscription is removed.');
  expect(output).toMatch(/OrderLive (uses|used) it at schema\/operations\/order-live/);
  expect(output).not.toMatch(/\n\s+at \w+ \(.*:\d+:\d+\)/);
});

test('a rule is explained, and a file that cannot be written is named', async () => {
  expect(await check('--explain', 'FIELD_REMOVED')).toMatchObject({
    code: 0,
    output: expect.stringContaining('What to do:'),
  });
  expect(await check('--explain', 'NOTHING')).toMatchObject({ code: 0 });
  const { code, output } = await check('--json', '/dev/null/report.json');
  expect(code).toBe(2);
  expect(output).toContain('/dev/null/report.json cannot be written');
});

test('a CI that has nothing to compare with is not told that all is fine', async () => {
  const alone = copyWithCommands();
  project.remove();
  project = alone;
  env = { CI: 'true' };
  const { code, output } = await check('--json', 'report.json');
  env = {};
  expect(output).toContain('The schema could not be checked');
  expect(code).toBe(2);
  expect(JSON.parse(project.read('report.json'))).toMatchObject({
    ok: false,
    notCompared: expect.any(String),
  });
});
