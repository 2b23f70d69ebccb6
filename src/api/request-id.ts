import type { Request, RequestHandler } from 'express';
import { newId } from '../ports.ts';

/** What a client may choose: short and plain, because it is logged and kept with audit events. */
const ACCEPTED = /^[A-Za-z0-9][A-Za-z0-9._-]{7,63}$/;

const ids = new WeakMap<Request, string>();

/** Gives each request an id, the client's `X-Request-Id` when it is acceptable, and sends it back. */
export function assignRequestId(): RequestHandler {
  return (request, response, next) => {
    const given = request.get('x-request-id');
    const id = given !== undefined && ACCEPTED.test(given) ? given : newId();
    ids.set(request, id);
    response.setHeader('X-Request-Id', id);
    next();
  };
}

export function requestIdOf(request: Request): string {
  return ids.get(request) ?? '';
}
