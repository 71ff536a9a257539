import { MongoBackend } from '@agendajs/mongo-backend';
import { Agenda } from 'agenda';
import { LRUCache } from 'lru-cache';
import { ObjectId } from 'mongodb';
import type { Stop } from './lifecycle.ts';
import { type Database, isDuplicateKey } from './mongo.ts';
import {
  type OneTimeJob,
  type OneTimeJobData,
  type OneTimeJobTrace,
  oneTimeJobs,
} from './one-time-jobs.ts';
import { openServiceDatabase, type ServiceDatabaseSettings } from './service-database.ts';
import { currentSpan, type TraceHeaders } from './tracing/span.ts';

const collection = 'jobs';

/** Where Agenda keeps its jobs, in the scheduler's database. */
export const jobBackend = ({ db }: Database): MongoBackend =>
  new MongoBackend({ mongo: db, collection, ensureIndex: false });

/** The jobs as they are stored, for whoever watches over them. */
export const jobCollection = ({ db }: Pick<Database, 'db'>) => db.collection(collection);

/** Opens the job queue for a process that sets jobs and runs none. */
export async function openJobQueue(
  settings: ServiceDatabaseSettings,
): Promise<{ setJob: JobSetter; stop: Stop }> {
  const database = await openServiceDatabase('scheduler', settings);
  return { setJob: jobSetter(database), stop: database.stop };
}

/** Sets a one-time job for a deadline. Setting it again changes nothing. */
export type JobSetter = (name: OneTimeJob, deadline: Date) => Promise<void>;

/** A setter that asks the database only once for each job. */
export function jobSetter(database: Database): JobSetter {
  const agenda = new Agenda({ backend: jobBackend(database) });
  const set = new LRUCache<string, Promise<void>>({ max: 10_000 });
  return (name, deadline) => {
    const key = `${name} ${deadline.getTime()}`;
    const known = set.get(key);
    if (known) return known;
    const data: OneTimeJobData = { closeAt: deadline };
    const startAt = new Date(deadline.getTime() - oneTimeJobs[name].startEarlyMs);
    const setting = agenda.ready
      .then(() =>
        agenda
          .create(name, data)
          .unique({ 'data.closeAt': deadline }, { insertOnly: true })
          .schedule(startAt)
          .save(),
      )
      .catch((error) => {
        if (isDuplicateKey(error)) return;
        set.delete(key);
        throw error;
      })
      .then(() => noteTrace(database, name, deadline));
    set.set(key, setting);
    return setting;
  };
}

/** Where the work that set a job first stands in its trace. Agenda itself reads no such field. */
export async function traceOfJob(
  { db }: Pick<Database, 'db'>,
  id: string,
): Promise<TraceHeaders | undefined> {
  const jobs = db.collection<OneTimeJobTrace>(collection);
  const job = await jobs.findOne({ _id: new ObjectId(id) }, { projection: { trace: 1 } });
  return job?.trace;
}

/** Lets the run of a job be a part of the trace that set it first. */
async function noteTrace({ db }: Database, name: OneTimeJob, deadline: Date): Promise<void> {
  const trace = currentSpan()?.headers;
  if (!trace) return;
  await db
    .collection<OneTimeJobTrace>(collection)
    .updateOne({ name, 'data.closeAt': deadline, trace: { $exists: false } }, { $set: { trace } });
}
