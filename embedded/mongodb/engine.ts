/** Prints one line for the person at the terminal. */
export type Say = (line: string) => void;

/**
 * The servers that can be started here. None of them can open files that another one has written.
 */
export const engineNames = ['mongod', 'secantusdb-rust', 'secantusdb-python'] as const;
export type EngineName = (typeof engineNames)[number];

/** How to start an engine that is installed. */
export type Engine = {
  name: EngineName;
  /** For people, with its version. */
  description: string;
  command: string;
  /** Arguments for a server on loopback that keeps its files in `directory`. */
  args: (directory: string, port: number) => string[];
  /** Whether it takes any free port when the port is 0. */
  picksPort: boolean;
  /** Reads the port from the line of output that says where it listens. */
  readPort: (line: string) => number | undefined;
  /** Makes a listening server ready for transactions. */
  prepare?: (port: number) => Promise<void>;
};

/** A problem that the user can solve. The message says how, so no stack is printed. */
export class ProvisionError extends Error {
  override name = 'ProvisionError';
}

/** Where an engine is looked for, and how progress is reported. */
export type EngineSearch = {
  /** The directory for built and downloaded servers. */
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  say: Say;
};

/** One source of an engine. It returns the engine, or says why it can't. */
export type EngineSource = {
  engine: EngineName;
  title: string;
  get: (search: EngineSearch) => Promise<Engine | { missing: string }>;
};
