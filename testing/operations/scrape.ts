import type { Labels, Sample, Scrape } from './promql.ts';

const line = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/**
 * The samples of Prometheus' text format. As Prometheus does, a label of their own that is also one
 * of `more` becomes `exported_…`.
 */
export const samplesOf = (text: string, more: Labels = {}): Sample[] =>
  text.split('\n').flatMap((each) => {
    const match = line.exec(each);
    if (!match) return [];
    const [, name = '', labels = '', value = ''] = match;
    const own = [...labels.matchAll(label)].map(([, key = '', text]) => [
      key in more ? `exported_${key}` : key,
      text,
    ]);
    return [{ name, labels: { ...more, ...Object.fromEntries(own) }, value: Number(value) }];
  });

/** A process that is scraped. */
export type Target = { service: string; url: string };

const answerLimitMs = 5_000;

/** Scrapes all processes as Prometheus does, with `up` for each. */
export async function scrape(targets: readonly Target[], limitMs = answerLimitMs): Promise<Scrape> {
  const at = Date.now() / 1_000;
  const samples = await Promise.all(
    targets.map(async ({ service, url }) => {
      const labels = { job: service, service, instance: new URL(url).host };
      const up = (value: number): Sample => ({ name: 'up', labels, value });
      const signal = AbortSignal.timeout(limitMs);
      const text = await fetch(`${url}/metrics`, { signal })
        .then((answer) => answer.text())
        .catch(() => undefined);
      return text === undefined ? [up(0)] : [up(1), ...samplesOf(text, labels)];
    }),
  );
  return { at, samples: samples.flat() };
}

/** The names of all metrics in Prometheus' text format, also of those without a sample yet. */
export const metricNames = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [name, ...['_bucket', '_sum', '_count'].map((end) => name + end)] : name,
  );
