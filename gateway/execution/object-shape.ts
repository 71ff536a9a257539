import { type Data, own, setOwn } from './entity-merge.ts';

/** A field of an answer: its name, and how its value is picked out of what was fetched. */
export type FieldShape = {
  name: string;
  shape(value: unknown): unknown;
  /** What most of its values hold to, which then are taken as they are. */
  usual: Usual | undefined;
};

/** What is easily seen of a value. */
export type Usual = keyof typeof usualTests;

const usualTests = {
  text: (value: string) => `typeof ${value} === "string"`,
  integer: (value: string) => `Number.isSafeInteger(${value})`,
  number: (value: string) => `Number.isFinite(${value})`,
  truth: (value: string) => `typeof ${value} === "boolean"`,
};

/** Makes an object of the answer of one that was fetched. */
export type Build = (fetched: Data) => Data;

/** Makes objects field by field. */
export function buildByLoop(fields: readonly FieldShape[]): Build {
  const all = fields.map(({ name, shape }) => ({ name, shape, isInherited: isInherited(name) }));
  return (fetched) => {
    const built: Data = {};
    for (const { name, isInherited, shape } of all) {
      if (isInherited) setOwn(built, name, shape(own(fetched, name)));
      else built[name] = shape(fetched[name]);
    }
    return built;
  };
}

/** Whether every object inherits something under a name. */
const isInherited = (name: string): boolean => name in Object.prototype;

/** What GraphQL calls a name. Nothing else becomes code. */
const plainName = /^[_A-Za-z][_0-9A-Za-z]*$/;

/**
 * Makes objects by a function of its own for these fields: a tenth of what the loop takes, in which
 * V8 sees objects of all shapes. To make the function takes as long as some hundred objects.
 * @returns undefined where that is not allowed, or a name is not safe in code
 */
export function buildByCode(fields: readonly FieldShape[]): Build | undefined {
  if (!fields.every(({ name }) => plainName.test(name) && !isInherited(name))) return undefined;
  const reads = fields.map(({ name }, i) => `const value${i} = fetched.${name};`);
  const values = fields.map(({ name, usual }, i) => {
    const shaped = `shape${i}(value${i})`;
    return `${name}: ${usual ? `${usualTests[usual](`value${i}`)} ? value${i} : ${shaped}` : shaped}`;
  });
  const code = `"use strict"; return (fetched) => { ${reads.join(' ')} return { ${values.join(', ')} }; };`;
  try {
    const make = new Function(...fields.map((_, i) => `shape${i}`), code);
    return make(...fields.map(({ shape }) => shape));
  } catch (error) {
    // Node was started with `--disallow-code-generation-from-strings`.
    if (error instanceof EvalError) return undefined;
    throw error;
  }
}
