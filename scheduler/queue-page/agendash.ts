import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Agenda } from 'agenda';
import { z } from 'zod';
import { jobBackend } from '../../runtime/job-queue.ts';
import type { Database } from '../../runtime/mongo.ts';

const states = ['running', 'scheduled', 'queued', 'completed', 'failed', 'repeating', 'paused'];

/** What the page may ask of the queue, bounded; anything else counts as not asked. */
const listing = z.object({
  name: z.string().max(100).optional().catch(undefined),
  state: z.enum(states).optional().catch(undefined),
  search: z.string().max(100).optional().catch(undefined),
  skip: z.coerce.number().int().min(0).max(100_000).catch(0),
  limit: z.coerce.number().int().min(1).max(200).catch(50),
});

/** The part of agendash's controller that reads. The others change jobs. */
type Controller = { getJobs(asked: z.infer<typeof listing>): Promise<object> };

/** Agenda's own page of its queue: its files, and what they read. It changes nothing. */
export type Agendash = { folder: string; jobs(asked: URLSearchParams): Promise<object> };

/**
 * Loads agendash. Its entry wants the packages of four web frameworks; its controller and its pages
 * need none of them.
 */
export async function loadAgendash(database: Database): Promise<Agendash> {
  const dist = dirname(createRequire(import.meta.url).resolve('agendash'));
  const { href } = pathToFileURL(join(dist, 'AgendashController.js'));
  const { AgendashController } = (await import(href)) as {
    AgendashController: new (agenda: Agenda) => Controller;
  };
  const agenda = new Agenda({ backend: jobBackend(database) });
  await agenda.ready;
  const controller = new AgendashController(agenda);
  return {
    folder: join(dist, '../public'),
    jobs(asked) {
      const { job: name, q: search, ...rest } = Object.fromEntries(asked);
      return controller.getJobs(listing.parse({ ...rest, name, search }));
    },
  };
}
