import { circles } from './circles.ts';
import { readImports } from './imports.ts';
import { refusal } from './walls.ts';

/** Part of `npm run lint`: no file may import across a wall, and no files may import each other in a circle. */
const imports = readImports(new URL('../', import.meta.url));
const refused = imports.flatMap((found) => {
  const reason = refusal(found);
  return reason ? [`${found.from} imports ${found.to}: ${reason}`] : [];
});
const inCircles = circles(imports).map(
  (circle) => `circle: ${[...circle, circle[0]].join(' -> ')}`,
);
for (const problem of [...refused, ...inCircles]) console.error(problem);
console.log(
  `Architecture: ${imports.length} imports, ${refused.length} across walls, ${inCircles.length} circles.`,
);
if (refused.length + inCircles.length > 0) process.exitCode = 1;
