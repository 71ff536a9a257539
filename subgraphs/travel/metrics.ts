import { Counter, type Registry } from 'prom-client';
import type { Log } from '../../runtime/log.ts';
import { isRefused } from '../../runtime/refusal.ts';
import type { CatalogueChanges } from './store/catalogue-changes.ts';

/** The same changes, but each that is made is counted by what it changes, and logged. */
export function countChanges(
  changes: CatalogueChanges,
  metrics: Registry,
  log: Log,
): CatalogueChanges {
  const counter = new Counter({
    name: 'catalogue_changes_total',
    help: 'Changes that hosts and guests made, by what they changed',
    labelNames: ['what'],
    registers: [metrics],
  });
  const count = (what: string, id: string): void => {
    counter.inc({ what });
    log.info({ what, id }, 'catalogue changed');
  };
  return {
    changeHomestay: async (id, decide) => {
      const changed = await changes.changeHomestay(id, decide);
      if (changed && !isRefused(changed)) count('homestay', id);
      return changed;
    },
    changeShop: async (id, decide) => {
      const changed = await changes.changeShop(id, decide);
      if (changed && !isRefused(changed)) count('shop', id);
      return changed;
    },
    addComment: async (comment) => {
      const earlier = await changes.addComment(comment);
      if (!earlier) count('comment', comment.id);
      return earlier;
    },
  };
}
