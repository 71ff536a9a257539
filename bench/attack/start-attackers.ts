import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Starts 16 attackers in a process of their own, and waits until they attack, so that its start is
 * not measured with them.
 * @returns stops them; what they were answered
 */
export async function startAttackers(needs: {
  url: string;
  query: string;
  /** As whom; nobody where there are none. */
  tokens: string[];
  /** The address that they come from, on this machine. */
  address: string;
}): Promise<() => Promise<unknown>> {
  const { url, query, tokens, address } = needs;
  const child = spawn(process.execPath, ['--import', 'tsx', 'bench/attack/attackers.ts'], {
    cwd: root,
    env: {
      ...process.env,
      ...{ URL_OF_GATEWAY: url, QUERY: query, ADDRESS: address },
      TOKENS: JSON.stringify(tokens),
    },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  await once(child, 'message');
  return async () => {
    child.send('stop');
    const [{ heard }] = await Promise.race([
      once(child, 'message'),
      once(child, 'exit').then(() => [{ heard: 'nothing: they ended' }]),
    ]);
    child.kill();
    return heard;
  };
}
