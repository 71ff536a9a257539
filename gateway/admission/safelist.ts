import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { GatewaySettings } from '../settings.ts';
import { manifestEntries } from './manifest.ts';
import { documentKey } from './same-document.ts';

/** The operations that are registered: the frontend's, and those of every release of a client. */
export type Safelist = {
  /** The text of an id; undefined where it is not registered. */
  textOf(id: string): string | undefined;
  /** Whether a text is registered, by the SHA-256 of it. */
  has(hash: string): boolean;
  /** Whether a text is registered as it is. */
  hasText(text: string): boolean;
  /** The registered text of a document, by its `documentKey`. */
  ofDocument(key: string): string | undefined;
  /** Whether an operation of this name is registered. */
  hasName(name: string): boolean;
  /** Whether a client of this name has registered a release. */
  hasClient(name: string): boolean;
};

export type SafelistFiles = {
  /** A manifest. */
  file: string;
  /** A folder of one manifest for each release, `NAME@VERSION.json`; need not be there. */
  releases?: string | undefined;
  now?: () => number;
};

/**
 * How long it may take until a release that is published or retired is noticed, in milliseconds.
 */
const lookEveryMs = 1_000;

/**
 * Reads the registered operations. A release is published by putting its file into the folder and
 * retired by taking it away: files are never changed, so the folder's own time tells. One that
 * cannot be read leaves the list as it was.
 * @throws where it cannot be read at first
 */
export function safelist({ file, releases, now = Date.now }: SafelistFiles): Safelist {
  let changed = changedAt(releases);
  let looked = now();
  let list = readList(file, releases);
  const current = () => {
    if (now() - looked < lookEveryMs) return list;
    looked = now();
    const next = changedAt(releases);
    if (next === changed) return list;
    changed = next;
    try {
      list = readList(file, releases);
    } catch {
      // Half-written: its writing changes the folder once more.
      changed = undefined;
    }
    return list;
  };
  return {
    textOf: (id) => current().texts.get(id),
    has: (hash) => current().hashes.has(hash),
    hasText: (text) => current().hashes.has(hashOf(text)),
    ofDocument: (key) => current().documents.get(key),
    hasName: (name) => current().names.has(name),
    hasClient: (name) => current().clients.has(name),
  };
}

/**
 * The registered operations that the settings name; undefined where they cannot be read.
 * @throws where nothing else may be sent, and they cannot be read
 */
export function registeredIn(settings: RegistrySettings): Safelist | undefined {
  const { PERSISTED_OPERATIONS_FILE: file, PERSISTED_OPERATIONS_RELEASES: releases } = settings;
  try {
    return safelist({ file, releases });
  } catch (error) {
    if (settings.PERSISTED_OPERATIONS === 'required') throw error;
    return undefined;
  }
}

type RegistrySettings = Pick<
  GatewaySettings,
  'PERSISTED_OPERATIONS' | 'PERSISTED_OPERATIONS_FILE' | 'PERSISTED_OPERATIONS_RELEASES'
>;

const changedAt = (folder: string | undefined): number | undefined =>
  folder ? statSync(folder, { throwIfNoEntry: false })?.mtimeMs : undefined;

function readList(file: string, folder: string | undefined) {
  const releases = releaseFiles(folder);
  const entries = [file, ...releases].flatMap((one) => manifestEntries(readFileSync(one, 'utf8')));
  let documents: Map<string, string> | undefined;
  return {
    texts: new Map(entries.map(({ id, body }) => [id, body])),
    get documents() {
      documents ??= new Map(entries.flatMap(({ body }) => withKey(body)));
      return documents;
    },
    names: new Set(entries.flatMap(({ body }) => operationName.exec(body)?.[1] ?? [])),
    clients: new Set(releases.map((path) => basename(path).split('@')[0])),
    hashes: new Set(entries.map(({ body }) => hashOf(body))),
  };
}

const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');

/** A registered text holds one operation. */
const operationName = /\b(?:query|mutation|subscription)\s+(\w+)/;

/** A text with its key, if it has one. */
function withKey(text: string): [string, string][] {
  const key = documentKey(text);
  return key === undefined ? [] : [[key, text]];
}

const releaseFiles = (folder: string | undefined): string[] =>
  folder && existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^[^@]+@.+\.json$/.test(name))
        .map((name) => join(folder, name))
    : [];
