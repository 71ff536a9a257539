/**
 * Loaded into a measured process: answers each message of its parent with the microseconds of CPU
 * it has used so far, and the bytes it keeps in memory.
 */
process.on('message', (message) => {
  if (message !== 'usage') return;
  const { user, system } = process.cpuUsage();
  process.send?.({ cpu: user + system, memory: process.memoryUsage.rss() });
});
