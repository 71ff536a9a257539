/** Loaded into a measured process: tells its parent at the end what it has used. */
process.channel?.unref();
process.on('exit', () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  process.send?.({
    cpu: (userCPUTime + systemCPUTime) / 1e6,
    memory: Math.round(maxRSS / 1024),
  });
});
