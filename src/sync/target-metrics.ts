import { Gauge, type Registry } from 'prom-client';
import type { Sql } from '../db.ts';

/** Read at each scrape, so that every process tells the same truth. */
export function measureTargets(registry: Registry, db: Sql): void {
  new Gauge({
    name: 'keyferry_targets',
    help: 'Targets by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const rows = await db.query<{ state: string; count: number }>(
        'select state, count(*)::int from targets group by state',
      );
      this.reset();
      for (const { state, count } of rows) this.set({ state }, count);
    },
  });
  new Gauge({
    name: 'keyferry_oldest_due_target_seconds',
    help: 'How long the target that is out of step longest has been so',
    registers: [registry],
    async collect() {
      const [row] = await db.query<{ lag: number }>(
        `select coalesce(extract(epoch from clock_timestamp() - min(due_since)), 0)::float8 as lag
         from targets where due_since is not null`,
      );
      this.set(row?.lag ?? 0);
    },
  });
}
