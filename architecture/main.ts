import { circles } from './circles.ts';
import { readImports, sourceFiles } from './imports.ts';
import { misnumbered } from './migrations.ts';
import { refusal } from './walls.ts';

/**
 * Part of `npm run lint`: no file may import across a wall, no files may import each other in a
 * circle, and migrations are numbered without a gap.
 */
const root = new URL('../', import.meta.url);
const files = sourceFiles(root);
const imports = readImports(root, files);
const refused = imports.flatMap((found) => {
  const reason = refusal(found);
  return reason ? [`${found.from} imports ${found.to}: ${reason}`] : [];
});
const inCircles = circles(imports).map(
  (circle) => `circle: ${[...circle, circle[0]].join(' -> ')}`,
);
const problems = [...refused, ...inCircles, ...misnumbered(files)];
for (const problem of problems) console.error(problem);
console.log(
  `Architecture: ${imports.length} imports, ${refused.length} across walls, ${inCircles.length} circles.`,
);
if (problems.length > 0) process.exitCode = 1;
