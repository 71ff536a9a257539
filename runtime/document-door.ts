/** In a door's table: every document has had this field since the first version. */
export const always = Symbol('always');

type OptionalKeys<Entity> = {
  [Field in keyof Entity]-?: object extends Pick<Entity, Field> ? Field : never;
}[keyof Entity];

/**
 * For each field that an entity must have: `always`, or what it is in documents from before there
 * was such a field. A new field without a row does not compile.
 */
export type FieldTable<Entity, Key extends keyof Entity> = {
  [Field in Exclude<keyof Entity, Key | OptionalKeys<Entity>>]: typeof always | Entity[Field];
};

/** An entity as it is stored: its key is `_id`. `Inner` are fields that only the store knows. */
export type DocumentOf<Entity, Key extends keyof Entity, Inner = unknown> = Omit<Entity, Key> & {
  _id: string;
  schemaVersion?: number;
} & Inner;

export type DoorOptions<Entity, Key extends keyof Entity, Inner> = {
  /** The field of the entity that is stored as `_id`. */
  key: Key;
  fields: FieldTable<Entity, Key>;
  /** Fields of the document that are no part of the entity. */
  inner?: readonly (keyof Inner & string)[];
  /**
   * The version of the documents that this code writes. Documents without a version are of version
   * 1.
   */
  version?: number;
  /**
   * For each older version, makes a document of the next one. For what a default in `fields` can't
   * say.
   */
  upgrades?: Record<number, (old: Stored) => Stored>;
};

type Stored = Record<string, unknown>;

/**
 * The one way in and out of a collection: what the service calls an entity, and the document that
 * is stored of it.
 */
export type Door<Entity, Key extends keyof Entity, Inner = unknown> = {
  toDocument(entity: Entity, inner?: Inner): DocumentOf<Entity, Key, Inner>;
  /**
   * Reads a document of any older version. One of a newer version keeps the fields that this code
   * does not know.
   */
  fromDocument(document: DocumentOf<Entity, Key, Inner>): Entity;
};

/** Makes the door of a collection. */
export function documentDoor<
  Entity extends object,
  Key extends keyof Entity & string,
  Inner = unknown,
>(options: DoorOptions<Entity, Key, Inner>): Door<Entity, Key, Inner> {
  const { key, fields, inner = [], version = 1, upgrades = {} } = options;
  const defaults = Object.entries(fields as Stored).filter(([, value]) => value !== always);
  const left = new Set<string>(['_id', 'schemaVersion', ...inner]);
  return {
    toDocument(entity, more) {
      const { [key]: _id, ...rest } = entity;
      return { _id, schemaVersion: version, ...rest, ...more } as DocumentOf<Entity, Key, Inner>;
    },
    fromDocument(document) {
      let stored = document as Stored;
      for (let from = document.schemaVersion ?? 1; from < version; from++)
        stored = upgrades[from]?.(stored) ?? stored;
      // Field by field: an object of which fields are deleted is slow to make, and slow to read.
      const entity: Stored = { [key]: stored._id };
      for (const field of Object.keys(stored)) if (!left.has(field)) entity[field] = stored[field];
      for (const [field, value] of defaults) if (!(field in entity)) entity[field] = value;
      return entity as Entity;
    },
  };
}
