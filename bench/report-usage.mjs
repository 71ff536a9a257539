import { subscribe } from 'node:diagnostics_channel';
import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a measured process. Answers `usage` of its parent with the microseconds of CPU it has
 * used so far, and the bytes it keeps in memory; `loop` with what its event loop did since it was
 * asked last, each time what all but one in a hundred stay below, in milliseconds: how late it was,
 * how long it took to answer requests that are marked as `x-measured`, and how much CPU it used
 * meanwhile, for those or for others. Both begin when a request has been read, so that they say
 * nothing of who asks, nor of how late it was read.
 */
const resolution = 5;
let delay;
let inside;
let work;
process.on('message', (message) => {
  if (message === 'usage') {
    process.send?.({ cpu: cpu(), memory: process.memoryUsage.rss() });
  }
  if (message === 'loop') {
    // Not before it is asked for: to look takes time too.
    delay ??= monitorEventLoopDelay({ resolution });
    const loop = Math.max(0, delay.percentile(99) / 1e6 - resolution);
    process.send?.({ loop, ...(inside?.length ? { inside: p99(inside), work: p99(work) } : {}) });
    if (inside === undefined) watchMeasured();
    inside = [];
    work = [];
    delay.enable();
    delay.reset();
  }
});

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const p99 = (times) => times.sort((a, b) => a - b)[Math.floor(times.length * 0.99)];

function watchMeasured() {
  subscribe('http.server.request.start', ({ request, response }) => {
    if (request.headers['x-measured'] === undefined) return;
    const begin = performance.now();
    const before = cpu();
    response.once('finish', () => {
      inside.push(performance.now() - begin);
      work.push((cpu() - before) / 1_000);
    });
  });
}
