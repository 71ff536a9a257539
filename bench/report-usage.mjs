import { monitorEventLoopDelay } from 'node:perf_hooks';

/**
 * Loaded into a measured process. Answers `usage` of its parent with the microseconds of CPU it has
 * used so far, and the bytes it keeps in memory; `loop` with how late its event loop was since it
 * was asked last: what all but one in a hundred times stay below, in milliseconds.
 */
const resolution = 5;
let delay;
process.on('message', (message) => {
  if (message === 'usage') {
    const { user, system } = process.cpuUsage();
    process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() });
  }
  if (message === 'loop') {
    // Not before it is asked for: to look takes time too.
    delay ??= monitorEventLoopDelay({ resolution });
    process.send?.({ loop: Math.max(0, delay.percentile(99) / 1e6 - resolution) });
    delay.enable();
    delay.reset();
  }
});
