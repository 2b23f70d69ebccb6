import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';
import { routeTemplateOf } from './request-log.ts';

/** Durations by method, route template and status: a bounded set of labels, never a raw URL. */
export function measureRequests(registry: Registry): RequestHandler {
  const durations = new Histogram({
    name: 'keyferry_http_request_duration_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
    registers: [registry],
  });
  return (request, response, next) => {
    const start = process.hrtime.bigint();
    // `finish` would miss streams that the client ends.
    response.once('close', () => {
      const seconds = Number(process.hrtime.bigint() - start) / 1e9;
      const labels = { method: methodOf(request.method), route: routeTemplateOf(request), status: response.statusCode };
      durations.observe(labels, seconds);
    });
    next();
  };
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** A method as a bounded set of words. */
export function methodOf(method: string): string {
  return METHODS.has(method) ? method : 'other';
}
