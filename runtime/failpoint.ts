/**
 * Called with the name of each failpoint that the program reaches. What it throws is thrown there.
 */
export type OnFailpoint = (name: string) => Promise<void>;

let onFailpoint: OnFailpoint | null = null;

/**
 * A named place between two writes or calls where a test can kill the process, throw, or let
 * something else happen first. Without a test it does nothing.
 */
export const failpoint = async (name: string): Promise<void> => onFailpoint?.(name);

/** For tests: sets what happens at each failpoint of this process. Null does nothing. */
export function setFailpoints(on: OnFailpoint | null): void {
  onFailpoint = on;
}
