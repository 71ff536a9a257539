import { afterEach, expect, test } from '@jest/globals';
import { ask } from '../../testing/client.ts';
import { compose, startGatewayOf, startRawSubgraph } from '../../testing/gateway/raw-subgraph.ts';
import { tokenOf } from '../../testing/tokens.ts';
import { preparation } from './prepared-operation.ts';

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A field that moves from `old` to `next`, and asks who answers it. */
async function startMoving(label: string, settings: Record<string, string> = {}) {
  const answering = async (name: string) => {
    const subgraph = await startRawSubgraph(() => JSON.stringify({ data: { whose: name } }));
    stops.push(subgraph.stop);
    return subgraph.url;
  };
  const moves = `@override(from: "old", label: "${label}")`;
  const gateway = await startGatewayOf(
    [
      { name: 'old', url: await answering('old'), sdl: 'type Query { whose: String }' },
      { name: 'next', url: await answering('next'), sdl: `type Query { whose: String ${moves} }` },
    ],
    settings,
  );
  stops.push(gateway.stop);
  return async (user?: string) => {
    const options = user === undefined ? {} : { token: await tokenOf({ id: user }) };
    const { data } = await ask<{ whose: string }>(gateway.url, '{ whose }', options);
    return data.whose;
  };
}

test('a label is on where the settings have it', async () => {
  expect(await (await startMoving('moves'))()).toBe('old');
  expect(await (await startMoving('moves', { OVERRIDE_LABELS: 'other' }))()).toBe('old');
  expect(await (await startMoving('moves', { OVERRIDE_LABELS: 'other,moves' }))()).toBe('next');
});

test('a share is on for as many users, always the same', async () => {
  const whose = await startMoving('percent(50)');
  const users = Array.from({ length: 60 }, (_, i) => `user ${i}`);
  const ofEach = async () => {
    const answers: string[] = [];
    for (const user of users) answers.push(await whose(user));
    return answers;
  };
  const answers = await ofEach();
  const moved = answers.filter((answer) => answer === 'next').length;
  expect(moved).toBeGreaterThan(10);
  expect(moved).toBeLessThan(50);
  expect(await ofEach()).toEqual(answers);
});

test('without a user a share of the requests is on', async () => {
  const whose = await startMoving('percent(50)');
  const seen = new Set<string>();
  for (let i = 0; i < 60; i += 1) seen.add(await whose());
  expect([...seen].sort()).toEqual(['next', 'old']);
});

test('a request has the same labels when it is executed as when it was planned, and a user always', () => {
  const url = 'http://127.0.0.1:1/graphql';
  const moved = 'type Query { whose: String @override(from: "old", label: "percent(50)") }';
  const { labelsFor } = preparation(
    compose([
      { name: 'old', url, sdl: 'type Query { whose: String }' },
      { name: 'next', url, sdl: moved },
    ]),
  );
  const keys = Array.from({ length: 60 }, () => {
    const caller = { service: 'gateway' as const, roles: [] };
    const labels = labelsFor?.(caller);
    expect(labelsFor?.(caller)).toBe(labels);
    return labels?.key;
  });
  expect(new Set(keys)).toEqual(new Set(['', 'percent(50)']));
  // A user who signs in again, or asks another gateway, has the same: no caller is remembered.
  const ofUsers = () =>
    keys.map((_, i) => labelsFor?.({ service: 'gateway', userId: `user ${i}`, roles: [] })?.key);
  expect(ofUsers()).toEqual(ofUsers());
});

test('all are on with a hundred of a hundred, none with none', async () => {
  for (const [label, expected] of [
    ['percent(100)', 'next'],
    ['percent(0)', 'old'],
  ] as const) {
    const whose = await startMoving(label);
    const seen = new Set<string>();
    for (let i = 0; i < 60; i += 1) seen.add(await whose(i % 2 ? `user ${i}` : undefined));
    expect([...seen]).toEqual([expected]);
  }
});
