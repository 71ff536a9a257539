import { subscribe } from 'node:diagnostics_channel';
import { openSync, readSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Loaded into a measured process. Answers `usage` of its parent with the microseconds of CPU it has
 * used so far, and the bytes it keeps in memory; `collect` when all garbage is collected; `loop`
 * with what its event loop did since it was asked last, each time what all but one in a hundred stay
 * below, in milliseconds: how late it was, how long it took to answer requests that are marked as
 * `x-measured`, how long without the time in which no processor was free for it, and how much CPU
 * it used meanwhile, for those or for others. These begin when a request has been read, so that they
 * say nothing of who asks, nor of how late it was read.
 */
const resolution = 5;
let delay;
let inside;
let running;
let work;
let begun = { cpu: 0, at: 0 };
process.on('message', (message) => {
  if (message === 'usage') {
    process.send?.({ cpu: cpu(), memory: process.memoryUsage.rss() });
  }
  if (message === 'collect') {
    setFlagsFromString('--expose-gc');
    runInNewContext('gc')();
    process.send?.({ collected: process.memoryUsage.rss() });
  }
  if (message === 'loop') {
    // Not before it is asked for: to look takes time too.
    delay ??= monitorEventLoopDelay({ resolution });
    const loop = Math.max(0, delay.percentile(99) / 1e6 - resolution);
    const busy = (100 * (cpu() - begun.cpu)) / 1_000 / (performance.now() - begun.at);
    const felt = { inside: p99(inside), running: p99(running), work: p99(work) };
    process.send?.({ loop, busy, ...(inside?.length ? felt : {}) });
    if (inside === undefined) watchMeasured();
    inside = [];
    running = [];
    work = [];
    begun = { cpu: cpu(), at: performance.now() };
    delay.enable();
    delay.reset();
  }
});

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return user + system;
};

const p99 = (times) => times?.sort((a, b) => a - b)[Math.floor(times.length * 0.99)];

function watchMeasured() {
  const waited = processorWaits();
  subscribe('http.server.request.start', ({ request, response }) => {
    if (request.headers['x-measured'] === undefined) return;
    const begin = performance.now();
    const before = cpu();
    const waitedBefore = waited();
    response.once('finish', () => {
      const took = performance.now() - begin;
      inside.push(took);
      running.push(took - (waited() - waitedBefore));
      work.push((cpu() - before) / 1_000);
    });
  });
}

/** How long no processor was free for the thread of the event loop so far; 0 but on Linux. */
function processorWaits() {
  if (process.platform !== 'linux') return () => 0;
  const file = openSync(`/proc/${process.pid}/task/${process.pid}/schedstat`, 'r');
  const bytes = Buffer.alloc(200);
  return () => Number(bytes.latin1Slice(0, readSync(file, bytes, 0, 200, 0)).split(' ')[1]) / 1e6;
}
