import { writeFileSync } from 'node:fs';
import { projectFile, written } from './written.ts';

/** `npm run services:write`: writes what follows from the table of services. */
for (const [file, text] of Object.entries(written())) writeFileSync(projectFile(file), text);
