import { isBuiltin } from 'node:module';
import type { Import } from './imports.ts';
import { anything, rooms, withoutPackages } from './rooms.ts';

/** Says what is wrong with an import; undefined if the table of rooms allows it. */
export function refusal({ from, to }: Import): string | undefined {
  const home = roomOf(from);
  if (!home) return 'is in no room: add its folder to architecture/rooms.ts';
  if (isTest(to)) return 'only Jest runs tests; move what others need to testing/';
  if (isFile(to) && !hasEnding(to)) return 'name the file with its ending';
  if (isTest(from)) return isOfOtherService(from, to) ? 'a test sees its own service' : undefined;
  if (home.imports.includes(anything)) return undefined;
  if (!isFile(to)) return refusedPackage(home, to);
  const target = roomOf(to);
  if (target?.path === home.path || home.imports.includes(to)) return undefined;
  return target && home.imports.includes(target.path) ? undefined : `${home.path} may not`;
}

/** A room as it is for one subgraph: `path` and `imports` name it where the table has `*`. */
type Room = { name: string; path: string; imports: readonly string[] };

function roomOf(file: string): Room | undefined {
  const subgraph = /^subgraphs\/([^/]+)\//.exec(file)?.[1] ?? '*';
  const here = (path: string) => path.replace('*/', `${subgraph}/`);
  const name = Object.keys(rooms)
    .filter((room) => isWithin(file, here(room)))
    .sort((a, b) => b.length - a.length)[0];
  return name && rooms[name]
    ? { name, path: here(name), imports: rooms[name].map(here) }
    : undefined;
}

const isWithin = (file: string, room: string): boolean =>
  room.endsWith('/*.ts')
    ? file.slice(0, file.lastIndexOf('/')) === room.slice(0, -'/*.ts'.length)
    : file.startsWith(`${room}/`);

const closedPackages = new Set(
  Object.values(rooms)
    .flat()
    .filter((entry) => !isFile(entry) && !Object.hasOwn(rooms, entry) && !isBuiltin(entry)),
);

function refusedPackage({ name, path, imports }: Room, to: string): string | undefined {
  if (imports.includes(to)) return undefined;
  const closed = closedPackages.has(to) || withoutPackages.includes(name);
  return closed ? `${path} may not` : undefined;
}

const isTest = (file: string): boolean => file.endsWith('.test.ts');

const service = /^(subgraphs\/[^/]+|scheduler|sandbox)\//;

/** A test of the gateway starts what it asks; each other service is tried by itself. */
function isOfOtherService(from: string, to: string): boolean {
  const [own, other] = [service.exec(from)?.[1], service.exec(to)?.[1]];
  return own !== undefined && (other ? other !== own : to.startsWith('gateway/'));
}

/** Whether an import's target is a file, not a package or a module of Node. */
function isFile(to: string): boolean {
  return !isBuiltin(to) && (hasEnding(to) || (to.includes('/') && !to.startsWith('@')));
}

function hasEnding(to: string): boolean {
  return /\.\w+$/.test(to);
}
