import type { Request, RequestHandler } from 'express';
import { newId } from '../ports.ts';

/** What a client may choose: short and plain, because it is logged and kept with audit events. */
const ACCEPTED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

/** Gives each request an id, the client's `X-Request-Id` when it is acceptable, and sends it back. */
export function assignRequestId(): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    request.id = given !== undefined && ACCEPTED.test(given) ? given : newId();
    response.setHeader('X-Request-Id', String(request.id));
    next();
  };
}

export function requestIdOf(request: Request): string {
  return String(request.id);
}
