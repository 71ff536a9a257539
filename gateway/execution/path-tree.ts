import type { Path } from './failed-fetch.ts';

type Node<Thing> = { here: Thing[]; below: Map<string | number, Node<Thing>> };

/** Things by their places in an answer: to compare each of thousands with each would block all. */
export type PathTree<Thing> = {
  add(path: Readonly<Path>, thing: Thing): void;
  /** What stands at a path or above it. */
  onTheWayTo(path: Readonly<Path>): Thing[];
  /** Whether anything stands at a path, above it or below it. */
  touches(path: Readonly<Path>): boolean;
};

export function pathTree<Thing>(): PathTree<Thing> {
  const newNode = (): Node<Thing> => ({ here: [], below: new Map() });
  const root = newNode();
  let isEmpty = true;

  /** The nodes from the root on, as far as the path leads. */
  const walk = (path: Readonly<Path>): Node<Thing>[] => {
    const way = [root];
    for (const part of path) {
      const next = way.at(-1)?.below.get(part);
      if (!next) break;
      way.push(next);
    }
    return way;
  };
  return {
    add(path, thing) {
      isEmpty = false;
      let node = root;
      for (const part of path) {
        const next = node.below.get(part) ?? newNode();
        node.below.set(part, next);
        node = next;
      }
      node.here.push(thing);
    },
    onTheWayTo: (path) => walk(path).flatMap(({ here }) => here),
    touches(path) {
      const way = walk(path);
      return !isEmpty && (way.length > path.length || way.some(({ here }) => here.length > 0));
    },
  };
}
