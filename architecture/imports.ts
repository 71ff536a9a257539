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

/** What a file's text imports, in any of TypeScript's ways. */
export function importsOf(file: string, text: string): Import[] {
  const specifiers: string[] = [];
  collect(
    parseSync(text, { syntax: 'typescript', tsx: file.endsWith('x'), target: 'es2023' }).body,
    specifiers,
  );
  return specifiers
    .filter((specifier) => !specifier.startsWith('node:'))
    .map((specifier) => ({ from: file, to: targetOf(file, specifier) }));
}

/** Every TypeScript file of the project that people write. */
export function sourceFiles(root: URL): string[] {
  const list = ['ls-files', '--cached', '--others', '--exclude-standard', '*.ts', '*.tsx'];
  return execFileSync('git', list, { cwd: root, encoding: 'utf8' })
    .split('\n')
    .filter((file) => file !== '' && !file.endsWith('/generated.ts'))
    .filter((file) => existsSync(new URL(file, root)));
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
  arguments?: { expression: Node }[];
};

function collect(node: unknown, found: string[]): void {
  if (typeof node !== 'object' || node === null) return;
  const specifier = specifierOf(node as Node);
  if (specifier !== undefined) found.push(specifier);
  for (const child of Object.values(node)) collect(child, found);
}

function specifierOf({ type, source, argument, callee, ...node }: Node): string | undefined {
  switch (type) {
    case 'ImportDeclaration':
    case 'ExportAllDeclaration':
    case 'ExportNamedDeclaration':
      return source?.value;
    case 'TsImportType':
      return argument?.value;
    case 'CallExpression':
      if (callee?.type !== 'Import') return undefined;
      return node.arguments?.[0]?.expression.value ?? computed;
    default:
      return undefined;
  }
}

const packageName = /^(@[^/]+\/)?[^/]+/;

const targetOf = (file: string, specifier: string): string =>
  specifier.startsWith('.')
    ? join(dirname(file), specifier)
    : (packageName.exec(specifier)?.[0] ?? specifier);
