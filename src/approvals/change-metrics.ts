import { Gauge, type Registry } from 'prom-client';
import type { Sql } from '../db.ts';
import { countOpenChanges, oldestDueChange } from './change-count-store.ts';

/** Change requests that are not at their end, read at a scrape. */
export function measureChanges(registry: Registry, db: Sql): void {
  new Gauge({
    name: 'keyferry_open_changes',
    help: 'Change requests that wait for a decision or are being carried out, by state and error code',
    labelNames: ['state', 'code'],
    registers: [registry],
    async collect() {
      this.reset();
      const counts = await countOpenChanges(db).catch(() => []);
      for (const { state, code, count } of counts) this.set({ state, code }, count);
    },
  });
  new Gauge({
    name: 'keyferry_oldest_due_change_seconds',
    help: 'How long the change that should be under way longest has been so',
    registers: [registry],
    async collect() {
      this.set(await oldestDueChange(db).catch(() => Number.NaN));
    },
  });
}
