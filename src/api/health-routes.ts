import type { Registry } from 'prom-client';
import { z } from 'zod';
import { type RouteDefinition, route } from './route.ts';

/** A named condition of readiness: throws when it does not hold. Its error is never shown. */
export type ReadinessChecks = Readonly<Record<string, () => Promise<unknown>>>;

const CHECK_TIMEOUT_MS = 2_000;

const health = z.object({ status: z.literal('ok') }).meta({ id: 'Health' });
const readiness = z
  .object({ status: z.enum(['ready', 'not_ready']), checks: z.record(z.string(), z.enum(['ok', 'failed'])) })
  .meta({ id: 'Readiness' });

/** `/healthz`, `/readyz` and `/metrics`: for orchestrators and scrapers, without a token and without secrets. */
export function healthRoutes(deps: {
  readonly readiness: ReadinessChecks;
  readonly metrics: Registry;
}): RouteDefinition[] {
  const common = { method: 'get', tag: 'operation', auth: 'none', governance: 'read', errors: [] } as const;
  return [
    route(
      {
        ...common,
        path: '/healthz',
        operationId: 'getHealth',
        summary: 'The process runs',
        responses: { 200: { description: 'It answers', schema: health, example: { status: 'ok' } } },
      },
      () => ({ status: 200, body: { status: 'ok' } }),
    ),
    route(
      {
        ...common,
        path: '/readyz',
        operationId: 'getReadiness',
        summary: 'The process can do its work',
        responses: {
          200: { description: 'Ready', schema: readiness, example: { status: 'ready', checks: { database: 'ok' } } },
          503: {
            description: 'Not ready',
            schema: readiness,
            example: { status: 'not_ready', checks: { database: 'failed' } },
          },
        },
      },
      async () => {
        const checks = await runChecks(deps.readiness);
        const ready = Object.values(checks).every((outcome) => outcome === 'ok');
        return { status: ready ? 200 : 503, body: { status: ready ? 'ready' : 'not_ready', checks } };
      },
    ),
    route(
      {
        ...common,
        path: '/metrics',
        operationId: 'getMetrics',
        summary: 'Metrics in the Prometheus text format',
        responses: { 200: { description: 'All metrics', schema: z.string(), contentType: 'text/plain' } },
      },
      async () => ({
        status: 200,
        text: { contentType: deps.metrics.contentType, content: await deps.metrics.metrics() },
      }),
    ),
  ];
}

async function runChecks(checks: ReadinessChecks): Promise<Record<string, 'ok' | 'failed'>> {
  const outcomes = await Promise.all(
    Object.entries(checks).map(async ([name, check]) => [name, await outcomeOf(check)] as const),
  );
  return Object.fromEntries(outcomes);
}

async function outcomeOf(check: () => Promise<unknown>): Promise<'ok' | 'failed'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'failed'>((resolve) => {
    timer = setTimeout(() => resolve('failed'), CHECK_TIMEOUT_MS);
  });
  try {
    return await Promise.race([late, Promise.resolve(check()).then(() => 'ok' as const)]);
  } catch {
    return 'failed';
  } finally {
    clearTimeout(timer);
  }
}
