import type { RequestHandler } from 'express';
import type { Tracing } from '../tracing/tracing.ts';
import { routeTemplateOf } from './request-log.ts';
import { methodOf } from './request-metrics.ts';

/**
 * A span for each request, from here to the end of its answer; everything the request sets going belongs to it. A client's
 * `traceparent` is gone on with. No URL, header or id that a client chose.
 */
export function traceRequests(tracing: Tracing): RequestHandler {
  return (request, response, next) => {
    if (!tracing.active) return next();
    const method = methodOf(request.method);
    const ended = new Promise<void>((resolve) => response.once('close', resolve));
    tracing
      .continuing(request.get('traceparent'), () =>
        tracing.span('request', { kind: 'server', facts: { 'http.request.method': method } }, async (span) => {
          next();
          await ended;
          const route = routeTemplateOf(request);
          span.rename(`${method} ${route}`);
          span.add({ 'http.route': route, 'http.response.status_code': response.statusCode });
          if (response.statusCode >= 500) span.fail();
        }),
      )
      .catch(next);
  };
}
