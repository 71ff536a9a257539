import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { print } from 'graphql';
import { subgraphNames } from '../runtime/services.ts';
import { readOperations } from '../schema/operations.ts';
import { readRegistryFiles } from '../schema/registry.ts';
import { projectFile } from '../schema/subgraphs.ts';
import { ask } from '../testing/client.ts';
import { eventually } from '../testing/eventually.ts';
import { firstResult } from '../testing/first-result.ts';
import { type Places, pageVariables } from '../testing/page-variables.ts';
import { dateIn, payOnPage, storyOf } from '../testing/story.ts';
import { startTestSystem, type TestSystem } from '../testing/system.ts';
import { ana, tokenOf } from '../testing/tokens.ts';

/*
 * Every registered operation is asked while everything is there, and again while one service is
 * away. What is null then and was not before must be told by an error with its path and a code; the
 * rest must be there. The table of all that is in the docs: `WRITE_DOCS=1` writes it anew.
 */
const page = projectFile('docs/services-away.md');
const { operations } = readOperations(readRegistryFiles().operations);

let system: TestSystem;
let places: Places;
beforeAll(async () => {
  system = await startTestSystem({ homestays: 1 });
  const story = storyOf(system);
  const paid = await story.place();
  const { payUrl, sn: paymentSn } = await story.pay(paid.sn);
  await payOnPage(payUrl as string);
  await eventually(async () => (await story.see(paid.sn))?.state === 'WAIT_USE');
  places = {
    paidSn: paid.sn,
    paymentSn,
    day: dateIn(10),
    next: dateIn(11),
    later: dateIn(40),
    laterNext: dateIn(41),
  };
});
afterAll(() => system?.stop());

type Answered = Awaited<ReturnType<typeof ask<unknown>>>;

const answerOf = async (name: string, type: string, query: string): Promise<Answered> => {
  const wanted = pageVariables[name];
  const variables = wanted?.variables(places) ?? {};
  const token = await tokenOf(wanted?.user ?? ana);
  return type === 'subscription'
    ? firstResult(system.urls.gateway, { query, variables, token })
    : ask(system.urls.gateway, query, { variables, token });
};

const askAll = async () => {
  const answers: Record<string, Answered> = {};
  for (const { name, type, document } of operations)
    answers[name] = await answerOf(name, type, print(document));
  return answers;
};

type Path = (string | number)[];

/** The paths of what was there and is not any more. */
function missing(before: unknown, now: unknown, at: Path = []): Path[] {
  if (before === null || before === undefined) return [];
  if (now === null || now === undefined) return [at];
  if (Array.isArray(before))
    return before.flatMap((each, i) => missing(each, (now as unknown[])[i], [...at, i]));
  if (typeof before !== 'object') return [];
  return Object.entries(before).flatMap(([key, value]) =>
    missing(value, (now as Record<string, unknown>)[key], [...at, key]),
  );
}

const isAlong = (one: Path, other: Path) =>
  one.slice(0, other.length).every((part, i) => part === other[i]);

/** What a reader of the page sees. */
function shown(before: Answered, now: Answered): string {
  const gone = missing(before.data, now.data ?? null);
  if (gone.length === 0) return 'all';
  const names = new Set(
    gone.map((path) => path.filter((part) => typeof part === 'string').join('.')),
  );
  const nothing = !now.data || Object.keys(before.data as object).every((root) => names.has(root));
  return nothing ? 'an error' : `all but ${[...names].map((name) => `\`${name}\``).join(', ')}`;
}

test('while a service is away, the rest of each page is there, and errors say what is not', async () => {
  const before = await askAll();
  for (const [name, { errors }] of Object.entries(before))
    expect({ name, errors }).toEqual({ name, errors: undefined });
  const cells: Record<string, string[]> = {};
  for (const service of subgraphNames) {
    await system[service].stop();
    const away = await askAll();
    if (service === 'payment') await system.payment.start();
    else await system[service].start();
    for (const [name, now] of Object.entries(away)) {
      const errors = (now.errors ?? []) as { path?: Path; extensions: { code?: string } }[];
      for (const { extensions } of errors)
        expect({ name, code: extensions.code }).toEqual({ name, code: 'SERVICE_UNAVAILABLE' });
      const gone = missing(before[name]?.data, now.data ?? null);
      const untold = gone.filter(
        (path) => !errors.some((error) => isAlong(error.path ?? [], path)),
      );
      expect({ name, service, untold }).toEqual({ name, service, untold: [] });
      cells[name] = [...(cells[name] ?? []), shown(before[name] as Answered, now)];
    }
    await eventually(everyPageIsBack, 60_000);
  }
  const table = tableOf(cells);
  if (process.env.WRITE_DOCS) writeFileSync(page, table);
  expect(table).toBe(readFileSync(page, 'utf8'));
}, 180_000);

/** Whether every service is reached again from each that asks it. */
async function everyPageIsBack(): Promise<boolean> {
  for (const { name, type, document } of operations) {
    if (type !== 'query') continue;
    if ((await answerOf(name, type, print(document))).errors) return false;
  }
  return true;
}

const tableOf = (cells: Record<string, string[]>): string => `# While a service is away

What each registered operation answers while one service is away, as \`e2e/services-away.test.ts\` finds it. What is missing is
null, with an error that has its path and the code \`SERVICE_UNAVAILABLE\`. \`an error\` means that nothing is answered.

| operation | ${subgraphNames.map((name) => `${name} is away`).join(' | ')} |
|---|${subgraphNames.map(() => '---|').join('')}
${Object.entries(cells)
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([name, row]) => `| ${name} | ${row.join(' | ')} |`)
  .join('\n')}
`;
