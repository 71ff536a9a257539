const separator = ':';

/**
 * The `id` of a `Node`: the name of its type and its key, `Homestay:canal-house-attic`. No key
 * holds a colon, so that an id is never mistaken for a key. Clients treat it as opaque: see
 * `docs/decisions/0009-ids.md`.
 */
export const globalId = (type: string, key: string): string => `${type}${separator}${key}`;

/** The name of the type that an id names; null for a text that is no id. */
export function typeOfId(id: string): string | null {
  const end = id.indexOf(separator);
  return end > 0 ? id.slice(0, end) : null;
}

/**
 * The key of a thing of one type. A plain key is taken too, since people type and bookmark keys:
 * `canal-house-attic`,
 * `HSO2026…`. Give what a client sends to this before you look it up.
 * @returns null for the id of a thing of another type
 */
export function keyOfId(type: string, id: string): string | null {
  if (!id.includes(separator)) return id;
  return typeOfId(id) === type ? id.slice(type.length + separator.length) : null;
}

/**
 * The key of a thing that another service refers to, by its `id` or by its `sn`; null for the id of
 * another type.
 */
export const keyOfReference = (
  type: string,
  reference: { id: string } | { sn: string },
): string | null => ('sn' in reference ? reference.sn : keyOfId(type, reference.id));
