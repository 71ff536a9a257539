import { readFileSync } from 'node:fs';
import { Kind, parse, Source } from 'graphql';
import { releaseOf } from '../clients/read.ts';
import type { RegisteredOperation, SourceFile } from '../operations.ts';
import { dayBefore, type Traffic, trafficShape } from '../traffic/traffic.ts';
import { CannotCheck, type Finding } from './report.ts';

/** What was sent in the days before a check. */
export type SeenTraffic = {
  operations: readonly RegisteredOperation[];
  /** Whether every day of the window was seen. */
  covered: boolean;
  /** What was seen, in words. */
  words: string;
};

export type TrafficOptions = {
  /** How many days count. */
  days: number;
  /** Names of the clients that count, or with `!` of those that do not. */
  clients: readonly string[];
  /** As `2027-06-30`. */
  today: string;
};

/**
 * Reads a file that `npm run schema:traffic` has written.
 * @throws CannotCheck if it cannot be read
 */
export function readTraffic(file: string, options: TrafficOptions): SeenTraffic {
  try {
    const text = readFileSync(file, 'utf8');
    return seenTraffic(trafficShape.parse(JSON.parse(text)), { file, text }, options);
  } catch (error) {
    throw new CannotCheck(`The traffic in ${file} cannot be read: ${(error as Error).message}`);
  }
}

/** Takes from what is known of the traffic what matters to a check. */
export function seenTraffic(
  { days, operations }: Traffic,
  source: { file: string; text: string },
  { days: window, clients, today }: TrafficOptions,
): SeenTraffic {
  const first = dayBefore(today, window);
  const wanted = Array.from({ length: window }, (_, index) => dayBefore(today, index + 1));
  const seen = wanted.filter((day) => days[day]);
  const counts = operations.flatMap((operation) =>
    operation.clients
      .filter((client) => isCounted(client, clients))
      .flatMap((client) => seenBy(operation, client, first, today, source)),
  );
  const total = counts.reduce((sum, { seen: { count } }) => sum + count, 0);
  return {
    operations: counts,
    covered: seen.length === wanted.length,
    words: `${seen.length} of the last ${window} days seen, ${total.toLocaleString('en')} operations`,
  };
}

/** A client may be named with its version, `mobile@1.0`, or without. */
function isCounted(
  { name, version }: { name: string; version: string },
  clients: readonly string[],
): boolean {
  const isNamed = (list: readonly string[]) =>
    list.includes(name) || list.includes(`${name}@${version}`);
  const counted = clients.filter((client) => !client.startsWith('!'));
  const left = clients.flatMap((client) => (client.startsWith('!') ? client.slice(1) : []));
  return !isNamed(left) && (counted.length === 0 || isNamed(counted));
}

type Operation = Traffic['operations'][number];

function seenBy(
  { id, body }: Operation,
  { name, version, days }: Operation['clients'][number],
  first: string,
  today: string,
  { file, text }: { file: string; text: string },
): (RegisteredOperation & { seen: { count: number; lastDay: string } })[] {
  const inWindow = Object.entries(days).filter(([day]) => day >= first && day < today);
  const lastDay = inWindow
    .map(([day]) => day)
    .sort()
    .at(-1);
  if (!lastDay) return [];
  const count = inWindow.reduce((sum, [, ofDay]) => sum + ofDay, 0);
  const line = text.slice(0, Math.max(text.indexOf(id), 0)).split('\n').length;
  const document = parse(new Source(body, file, { line, column: 1 }));
  return document.definitions.flatMap((node) =>
    node.kind === Kind.OPERATION_DEFINITION
      ? [
          {
            name: node.name?.value ?? 'without a name',
            type: node.operation,
            file,
            document,
            client: `${name}@${version}`,
            seen: { count, lastDay },
          },
        ]
      : [],
  );
}

/**
 * Leaves out what releases sent that the base had published and that are published no more: who
 * retires a release means that what it sends may break.
 */
export function withoutRetired(
  { operations, ...traffic }: SeenTraffic,
  before: readonly SourceFile[],
  now: readonly SourceFile[],
): SeenTraffic {
  const kept = new Set(now.map(({ file }) => releaseOf(file)));
  const retired = new Set(
    before.map(({ file }) => releaseOf(file)).filter((one) => !kept.has(one)),
  );
  return { ...traffic, operations: operations.filter(({ client }) => !retired.has(client)) };
}

/**
 * A break that nobody felt in the whole window is worth a look and no more; where days are missing,
 * silence proves nothing.
 */
export const judgeByTraffic = (
  changes: readonly Finding[],
  { covered, words }: SeenTraffic,
): Finding[] =>
  changes.map((finding): Finding => {
    const { impact, severity, operations, message } = finding;
    if (impact !== 'breaking' || severity !== 'error' || operations?.length !== 0) return finding;
    return covered
      ? { ...finding, severity: 'warning', message: `${message} Nobody used it (${words}).` }
      : { ...finding, message: `${message} That nobody used it is not known (${words}).` };
  });
