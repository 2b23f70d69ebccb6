import { Gauge, type Registry } from 'prom-client';
import type { JobQueue } from './queue.ts';

/** The queue as it is at a scrape. One that does not answer leaves its counts out and fails nothing. */
export function measureQueue(registry: Registry, queue: Pick<JobQueue, 'backend' | 'counts'>): void {
  new Gauge({
    name: 'keyferry_queue_jobs',
    help: 'Doorbells in the queue by backend and state, and those of this process that never reached it (lost)',
    labelNames: ['backend', 'state'],
    registers: [registry],
    async collect() {
      this.reset();
      const counts = await queue.counts().catch(() => ({}));
      for (const [state, count] of Object.entries(counts)) this.set({ backend: queue.backend, state }, count);
    },
  });
}
