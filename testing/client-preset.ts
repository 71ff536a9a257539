import { addTypenameSelectionDocumentTransform, preset } from '@graphql-codegen/client-preset';
import { codegen } from '@graphql-codegen/core';
import { type DocumentNode, parse, printSchema } from 'graphql';
import { contractOf } from '../schema/check/contract.ts';
import { readText, supergraphFile } from '../schema/subgraphs.ts';

/** A document as the preset gives it to a client, with its id. */
export type PresetDocument = DocumentNode & { __meta__: { hash: string } };

/**
 * What the code generator's client preset makes of an app's operations: its manifest, with ids by
 * its default hash, and a document for each operation by its name.
 */
export async function clientPreset(
  app: string,
): Promise<{ manifest: string; documents: Record<string, PresetDocument> }> {
  const { api } = contractOf(readText(supergraphFile));
  const sections = await preset.buildGeneratesSection({
    baseOutputDir: 'gql/',
    schema: parse(printSchema(api)),
    schemaAst: api,
    documents: [{ document: parse(app), rawSDL: app, location: 'app.ts' }],
    config: {},
    presetConfig: { persistedDocuments: true },
    plugins: [],
    pluginMap: {},
    documentTransforms: [
      { name: 'typename', transformObject: addTypenameSelectionDocumentTransform, config: {} },
    ],
  });
  // One waits for what another has made.
  const files = await Promise.all(
    sections.map(async (section) => [section.filename, await codegen(section)] as const),
  );
  const { 'gql/graphql.ts': code = '', 'gql/persisted-documents.json': manifest = '' } =
    Object.fromEntries(files);
  const documents = [...code.matchAll(/export const (\w+)Document = (\{.*\}) as unknown as/g)];
  return {
    manifest,
    documents: Object.fromEntries(
      documents.map(([, name = '', json = '']) => [name, JSON.parse(json)]),
    ),
  };
}
