import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/** A process of its own: graphql-inspector compares the supergraph with itself. */
const peer = createRequire(`${process.argv[2]}/`);
const { buildSchema } = peer('graphql');
const file = new URL('../../schema/supergraph.graphql', import.meta.url);
const schema = () => buildSchema(readFileSync(file, 'utf8'), { assumeValid: true });
const changes = await peer('@graphql-inspector/core').diff(schema(), schema());
console.log(`${changes.length} changes`);
