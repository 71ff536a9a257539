import { createRequire } from 'node:module';

type BsonOptions = { fieldsAsRaw?: Record<string, boolean> };
type Reply = { toObject(options?: BsonOptions): object };

/** The driver's class of replies with documents. It is no public part of the driver. */
const { CursorResponse } = createRequire(import.meta.url)(
  'mongodb/lib/cmap/wire_protocol/responses.js',
) as { CursorResponse: { prototype: Reply } };

const { toObject } = CursorResponse.prototype;
const fieldsAsRaw = { firstBatch: true, nextBatch: true };

/**
 * Where commands are watched, the driver reads each reply as a whole for the event that tells of
 * it, and then each document again for whoever asked. Nobody looks at the documents of an event:
 * they are left as bytes there.
 */
export function leaveEventsLean(): void {
  // In tests, several copies of this module share one driver.
  if (toObject.name === leanToObject.name) return;
  CursorResponse.prototype.toObject = leanToObject;
}

function leanToObject(this: Reply, options?: BsonOptions): object {
  return toObject.call(this, { ...options, fieldsAsRaw });
}
