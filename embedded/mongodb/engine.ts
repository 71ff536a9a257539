/** Tells the person at the terminal what is being done, one line at a time. */
export type Say = (line: string) => void;

/** A MongoDB that can be started here. Their files are not alike: what one has written no other may open. */
export const engineNames = ['mongod', 'secantusdb-rust', 'secantusdb-python'] as const;
export type EngineName = (typeof engineNames)[number];

/** How to start an engine that is there and ready to run. */
export type Engine = {
  name: EngineName;
  /** For people, with its version. */
  description: string;
  command: string;
  /** Arguments for a server on loopback that keeps its files in `directory`. */
  args: (directory: string, port: number) => string[];
  /** Whether it takes any free port when it is given 0. */
  picksPort: boolean;
  /** The port, in the line of output that says that it listens. */
  readPort: (line: string) => number | undefined;
  /** Makes a server that listens take transactions. */
  prepare?: (port: number) => Promise<void>;
};

/** Something that the person who started us can put right. Its message says how; a stack would only be in the way. */
export class ProvisionError extends Error {
  override name = 'ProvisionError';
}

/** Where a way to get an engine looks, and to whom it reports. */
export type Surroundings = {
  /** Where servers that were built or downloaded stay, for every checkout. */
  cacheDir: string;
  env: NodeJS.ProcessEnv;
  say: Say;
};

/** One way to get an engine. It gives the engine, or says in half a sentence why it can't. */
export type Way = {
  engine: EngineName;
  title: string;
  get: (surroundings: Surroundings) => Promise<Engine | { missing: string }>;
};
