import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Stop } from '../../runtime/lifecycle.ts';
import { createLog } from '../../runtime/log.ts';
import { eventually } from '../../testing/eventually.ts';
import { startTestSystem } from '../../testing/gateway/small-system.ts';
import { followSupergraph } from './supergraph.ts';

const committed = await readFile(
  new URL('../../schema/supergraph.graphql', import.meta.url),
  'utf8',
);
const withMotto = committed.replace(
  '"""Its name, as shown in lists."""',
  '"""A name that is new."""',
);

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'supergraph-'));
  file = join(folder, 'supergraph.graphql');
  await writeFile(file, committed);
});
afterEach(() => rm(folder, { recursive: true }));

/** Puts a file in its place at once, as a deployment does. */
const put = async (sdl: string) => {
  await writeFile(`${file}.next`, sdl);
  await rename(`${file}.next`, file);
};

type Titled = { homestay: { title: string } };
type Described = { __type: { fields: { name: string; description: string }[] } };

test('a new supergraph is served without a restart, a broken one is refused while the one before goes on', async () => {
  const lines: string[] = [];
  const to = new Writable({
    write: (line, _encoding, done) => done(void lines.push(String(line))),
  });
  const system = await startTestSystem({ SUPERGRAPH_FILE: file }, createLog('test', 'error', to));
  const title = async () => {
    const { data } = await system.ask<Described>(
      '{ __type(name: "Homestay") { fields { name description } } }',
    );
    return data.__type.fields.find(({ name }) => name === 'title')?.description;
  };
  expect(await title()).toBe('Its name, as shown in lists.');

  await put(committed.replaceAll(/^type Homestay /gm, 'typo Homestay '));
  await eventually(() => lines.some((line) => line.includes('is refused, the one before goes on')));
  expect(await title()).toBe('Its name, as shown in lists.');
  expect((await system.ask<Titled>('{ homestay(id: "1") { title } }')).data.homestay.title).toBe(
    'Homestay 1',
  );

  await put(withMotto);
  await eventually(async () => (await title()) === 'A name that is new.');
  expect((await system.ask<Titled>('{ homestay(id: "1") { title } }')).data.homestay.title).toBe(
    'Homestay 1',
  );
  await system.stop();
});

test('a supergraph that is put in place while the first is read is served too', async () => {
  const served: string[] = [];
  const stop = await followSupergraph({
    file,
    log: createLog('test', 'silent'),
    lookEveryMs: 10,
    serve(sdl) {
      served.push(sdl);
      if (served.length > 1) return;
      writeFileSync(`${file}.next`, withMotto);
      renameSync(`${file}.next`, file);
    },
  });
  await eventually(() => served.length > 1);
  expect(served).toEqual([committed, withMotto]);
  await stop();
});

test('a supergraph that cannot be read is read again, and that is logged once', async () => {
  const served: string[] = [];
  const lines: string[] = [];
  const to = new Writable({
    write: (line, _encoding, done) => done(void lines.push(String(line))),
  });
  let reads = 0;
  const stop = await followSupergraph({
    file,
    log: createLog('test', 'error', to),
    lookEveryMs: 10,
    serve: (sdl) => void served.push(sdl),
    read: async (path) => {
      reads += 1;
      if (reads === 2 || reads === 3) throw new Error('EIO');
      return readFile(path, 'utf8');
    },
  });
  await put(withMotto);
  await eventually(() => served.length > 1);
  expect(served).toEqual([committed, withMotto]);
  expect(lines.length).toBe(1);
  await stop();
});

test('a supergraph that is read while it stops is not served', async () => {
  const served: string[] = [];
  let reads = 0;
  let stop: Stop | undefined;
  const wasRead = new Promise<void>((resolve) => {
    const read = async (path: string) => {
      reads += 1;
      if (reads === 2) {
        await stop?.();
        setImmediate(resolve);
      }
      return readFileSync(path, 'utf8');
    };
    const serve = (sdl: string) => void served.push(sdl);
    const log = createLog('test', 'silent');
    const following = followSupergraph({ file, log, lookEveryMs: 10, serve, read });
    void following.then((stops) => {
      stop = stops;
      return put(withMotto);
    });
  });
  await wasRead;
  expect(served).toEqual([committed]);
});

test('an operation that was answered before is refused once the schema no longer has its field', async () => {
  const system = await startTestSystem({ SUPERGRAPH_FILE: file });
  const query = '{ homestay(id: "1") { title } }';
  for (let time = 0; time < 2; time += 1)
    expect((await system.ask<Titled>(query)).data.homestay.title).toBe('Homestay 1');
  await put(committed.replaceAll(/^( *)title: String!/gm, '$1heading: String!'));
  await eventually(
    async () =>
      (await system.ask(query)).errors?.[0]?.extensions.code === 'GRAPHQL_VALIDATION_FAILED',
  );
  await system.stop();
});

test('a gateway does not start without a supergraph it can serve', async () => {
  await expect(startTestSystem({ SUPERGRAPH_FILE: join(folder, 'none') })).rejects.toThrow(
    'cannot be read',
  );
  await put('type Query { nothing: Int }');
  await expect(startTestSystem({ SUPERGRAPH_FILE: file })).rejects.toThrow();
});
