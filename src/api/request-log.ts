import type { Request, RequestHandler } from 'express';
import type { Logger } from 'pino';
import { requestIdOf } from './request-id.ts';

/**
 * One structured line per request: method, route template, status, duration, request id. No URL, query string, header or
 * body: any of them may hold what somebody mistook for a name.
 */
export function logRequests(log: Logger): RequestHandler {
  return (request, response, next) => {
    const begun = performance.now();
    response.once('close', () => {
      const line = {
        requestId: requestIdOf(request),
        method: request.method,
        route: routeTemplateOf(request),
        status: response.statusCode,
        responseTime: Math.round(performance.now() - begun),
        ...(response.writableFinished ? {} : { aborted: true }),
      };
      if (response.statusCode >= 500) log.warn(line, 'request');
      else log.info(line, 'request');
    });
    next();
  };
}

/** The path as it was declared, such as `/v1/users/:userId`; `unmatched` when no route took the request. */
export function routeTemplateOf(request: Request): string {
  const route: unknown = request.route;
  if (typeof route === 'object' && route !== null && 'path' in route && typeof route.path === 'string')
    return route.path;
  return 'unmatched';
}
