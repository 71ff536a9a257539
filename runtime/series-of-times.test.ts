import { expect, test } from '@jest/globals';
import { Histogram, Registry } from 'prom-client';
import { seriesOfTimes } from './series-of-times.ts';

test('times are told as those of a histogram of prom-client are', async () => {
  const about = {
    name: 'taken_seconds',
    help: 'How long it takes.',
    labelNames: ['kind', 'status'] as const,
  };
  const [ours, theirs] = [new Registry(), new Registry()];
  const series = seriesOfTimes(ours, about);
  const histogram = new Histogram({ ...about, registers: [theirs] });
  const times = { query: [0, 0.005, 0.0051, 3, 11], mutation: [0.2] };
  for (const [kind, seconds] of Object.entries(times)) {
    const observe = series(kind, '200');
    for (const one of seconds) {
      observe(one);
      histogram.labels(kind, '200').observe(one);
    }
  }
  expect(await ours.metrics()).toBe(await theirs.metrics());
});

test('a series that was told nothing of is not there', async () => {
  const metrics = new Registry();
  const series = seriesOfTimes(metrics, { name: 'taken', help: 'Time.', labelNames: ['kind'] });
  series('query');
  expect(await metrics.metrics()).not.toContain('query');
});
