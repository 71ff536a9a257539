/**
 * Loaded into a measured process: answers each message of its parent with the microseconds of CPU
 * it has used so far.
 */
process.on('message', () => {
  const { user, system } = process.cpuUsage();
  process.send?.(user + system);
});
