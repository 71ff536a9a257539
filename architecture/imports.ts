import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { parseSync } from '@swc/core';
import { computed } from './rooms.ts';

/**
 * That one file imports another, or a package; both named from the project's root. Imports of types
 * count too.
 */
export type Import = { from: string; to: string };

/** What a file's text imports or starts, in any of the ways that our tools know. */
export function importsOf(file: string, text: string): Import[] {
  const specifiers: string[] = [];
  collect(
    parseSync(text, { syntax: 'typescript', tsx: file.endsWith('x'), target: 'es2023' }).body,
    specifiers,
  );
  return specifiers.map((specifier) => ({ from: file, to: targetOf(file, specifier) }));
}

const endings = ['ts', 'tsx', 'mts', 'cts', 'js', 'mjs', 'cjs'].map((ending) => `*.${ending}`);
/** At the project's root are settings of tools; `.ci` runs before anything is installed. */
const inNoRoom = [':(exclude,glob)*', ':(exclude).ci'];

/** Every file of code in the project's rooms, generated ones too. */
export function sourceFiles(root: URL): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', ...endings, ...inNoRoom];
  return execFileSync('git', list, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && existsSync(new URL(file, root)));
}

/** The imports of these files. */
export const readImports = (root: URL, files: readonly string[]): Import[] =>
  files.flatMap((file) => importsOf(file, readFileSync(new URL(file, root), 'utf8')));

type Node = {
  type?: string;
  value?: string;
  source?: Node;
  argument?: Node;
  callee?: Node;
  object?: Node;
  property?: Node;
  arguments?: { expression: Node }[];
};

function collect(node: unknown, found: string[]): void {
  if (typeof node !== 'object' || node === null) return;
  const specifier = specifierOf(node as Node);
  if (specifier !== undefined) found.push(specifier);
  for (const child of Object.values(node)) collect(child, found);
}

function specifierOf(node: Node): string | undefined {
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return node.source?.value;
    case 'TsImportType':
      return node.argument?.value;
    case 'CallExpression':
      return calledModule(node);
    case 'NewExpression':
      return startedModule(node);
    default:
      return undefined;
  }
}

const literalOf = (node: Node): string | undefined => {
  const argument = node.arguments?.[0]?.expression;
  return argument?.type === 'StringLiteral' ? argument.value : undefined;
};

/** What `import()`, `require()`, `createRequire()()` or Vite's `import.meta.glob()` loads. */
function calledModule(node: Node): string | undefined {
  const { callee } = node;
  if (callee?.type === 'Import' || callee?.callee?.value === 'createRequire')
    return literalOf(node) ?? computed;
  // A function of ours may have the name.
  if (callee?.value === 'require') return literalOf(node);
  const isGlob = callee?.object?.type === 'MetaProperty' && callee.property?.value === 'glob';
  return isGlob ? computed : undefined;
}

const program = /^\..*\.[cm]?[jt]sx?$/;

/** The file of code that `new URL('./file.ts', import.meta.url)` names, to run it elsewhere. */
function startedModule(node: Node): string | undefined {
  const file = node.callee?.value === 'URL' ? literalOf(node) : undefined;
  return file && program.test(file) ? file : undefined;
}

const packageName = /^(@[^/]+\/)?[^/]+/;

/** A path is named from the root, without Vite's `?raw`; of a package, its name. */
function targetOf(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return join(dirname(file), specifier.replace(/\?.*/, ''));
  if (/^(\/|[a-z]+:)/.test(specifier)) return specifier;
  return packageName.exec(specifier)?.[0] ?? specifier;
}
