import type { DocumentNode, GraphQLSchema } from 'graphql';
import type { Composition } from '../composition.ts';
import type { PartnerContract } from '../contracts/read.ts';
import type { RegisteredOperation, SourceFile } from '../operations.ts';
import type { RegistryFiles } from '../registry.ts';
import type { SubgraphSource } from '../subgraphs.ts';
import type { Accepted } from './accepted.ts';
import type { Contract } from './contract.ts';
import type { GeneratedFile } from './drift.ts';
import type { Severities } from './settings.ts';
import type { SeenTraffic } from './traffic.ts';

/** What the schema is compared with. */
export type Base = {
  /** What it is, in words. */
  label: string;
  /** Its contract; undefined where there is none yet and everything is new. */
  contract?: Contract;
  /** Why there is nothing to compare with, though there should be. */
  notCompared?: string;
  /** Reads what was registered with it; missing where that is not known. */
  registry?: () => RegistryFiles;
  /** Reads its subgraphs; missing where they are not known. */
  subgraphs?: () => readonly SubgraphSource[];
  /** Reads its contracts; missing where they are not known. */
  contracts?: () => readonly SourceFile[];
};

export type CheckInput = {
  subgraphs: readonly SubgraphSource[];
  registry: RegistryFiles;
  base: Base;
  /** The files that say what partners get. */
  contracts?: readonly SourceFile[];
  accepted?: readonly Accepted[];
  /** As `2027-06-30`; the day of the machine where it is not given. */
  today?: string;
  /** How bad the findings of a rule are, where that is not as the rule has it. */
  severities?: Severities;
  /** What clients have sent lately. */
  traffic?: SeenTraffic;
  /**
   * Throws where the gateway would refuse a supergraph. Not asked about one that the base has too.
   */
  assertServable?: (supergraph: DocumentNode) => Promise<void>;
  /** Gives what the subgraphs compose to; without it they are composed anew. */
  compose?: (subgraphs: readonly SubgraphSource[]) => Promise<Composition>;
  /** Makes the list of generated files for what has been composed. */
  generated?: (made: Made) => Promise<GeneratedFile[]>;
  /** Whether operations are known to be valid against a supergraph. */
  areKnownValid?: (supergraph: string, operations: readonly RegisteredOperation[]) => boolean;
};

/** What files are generated from, besides the subgraphs. */
export type Made = {
  supergraph: string;
  api: () => GraphQLSchema;
  operations: readonly RegisteredOperation[];
  contracts: readonly PartnerContract[];
};
