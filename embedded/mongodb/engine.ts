/** Tells the person at the terminal what is being done, one line at a time. */
export type Say = (line: string) => void;

/** A MongoDB that can be started here. Their files are not alike: what one has written no other may open. */
export type EngineName = 'mongod' | 'secantusdb-rust' | 'secantusdb-python';

/** How to start an engine that is there and ready to run. */
export type Engine = {
  name: EngineName;
  /** For people, with its version. */
  description: string;
  command: string;
  /** Arguments for a server on loopback that keeps its files in `directory`. */
  args: (directory: string, port: number) => string[];
  /** The port in a line of its output, once it listens. */
  readPort: (line: string) => number | undefined;
  /** Takes any free port if it is given 0. */
  picksPort: boolean;
  /** Makes the server that listens ready for clients; returns when it takes writes. */
  prepare?: (port: number) => Promise<void>;
};

/** Something a newcomer can put right. Its message says how; no stack is needed. */
export class ProvisionError extends Error {
  override name = 'ProvisionError';
}
