import type { Labels, Sample, Scrape } from './promql.ts';

const line = /^([A-Za-z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const label = /(\w+)="((?:[^"\\]|\\.)*)"/g;

/** The samples of Prometheus' text format. */
export const samplesOf = (text: string, more: Labels = {}): Sample[] =>
  text.split('\n').flatMap((each) => {
    const match = line.exec(each);
    if (!match) return [];
    const [, name = '', labels = '', value = ''] = match;
    const own = Object.fromEntries([...labels.matchAll(label)].map(([, key, text]) => [key, text]));
    return [{ name, labels: { ...more, ...own }, value: Number(value) }];
  });

const answerLimitMs = 5_000;

/** Scrapes all processes as Prometheus does, with `up` for each. */
export async function scrape(urls: Readonly<Record<string, string>>): Promise<Scrape> {
  const samples = await Promise.all(
    Object.entries(urls).map(async ([service, url]) => {
      const up = (value: number): Sample => ({ name: 'up', labels: { service }, value });
      const signal = AbortSignal.timeout(answerLimitMs);
      const text = await fetch(`${url}/metrics`, { signal })
        .then((answer) => answer.text())
        .catch(() => undefined);
      return text === undefined ? [up(0)] : [up(1), ...samplesOf(text, { service })];
    }),
  );
  return { at: Date.now() / 1_000, samples: samples.flat() };
}

/** The names of all metrics in Prometheus' text format, also of those without a sample yet. */
export const metricNames = (text: string): string[] =>
  [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(([, name = '', type]) =>
    type === 'histogram' ? [name, ...['_bucket', '_sum', '_count'].map((end) => name + end)] : name,
  );
