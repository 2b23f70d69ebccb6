import type { Request, RequestHandler, Response, Router } from 'express';
import type { Authenticate } from '../access/authenticate.ts';
import { AppError } from '../errors.ts';
import { readJsonBody } from './read-body.ts';
import type { Reply } from './reply.ts';
import { requestIdOf } from './request-id.ts';
import type { RawRequest, RouteDefinition } from './route.ts';
import { assertSameOrigin } from './same-origin.ts';
import { cookieOf, credentialsOf } from './session-cookie.ts';

/** Lets a test look at every answer before it is sent, and refuse it by throwing. */
export type InspectReply = (route: RouteDefinition, reply: Reply) => void;

export interface RouteHost {
  readonly authenticate: Authenticate;
  /** People come over https, so that cookies may insist on it. */
  readonly secureCookies?: boolean | undefined;
  readonly inspectReply?: InspectReply | undefined;
}

/**
 * Mounts the route table. The order in the table does not matter: fixed segments win over parameters. A known path
 * answers 405 with `Allow` to every other method.
 */
export function mountRoutes(router: Router, routes: readonly RouteDefinition[], host: RouteHost): void {
  checkTable(routes);
  for (const path of [...new Set(routes.map((route) => route.path))].sort(fixedFirst)) {
    const here = routes.filter((route) => route.path === path);
    const mounted = router.route(path);
    for (const route of here) mounted[route.method](handlerOf(route, host));
    mounted.all(refuseMethod(here));
  }
}

function handlerOf(route: RouteDefinition, host: RouteHost): RequestHandler {
  return async (request, response) => {
    const requestId = requestIdOf(request);
    const ip = request.ip ?? null;
    let along: unknown;
    const readAlong = route.readsAlong?.(request.params);
    const take = (value: unknown) => {
      along = value;
    };
    const actor =
      route.auth === 'token'
        ? await host.authenticate(
            credentialsOf(request, host.secureCookies === true),
            { requestId, ip },
            readAlong && { ...readAlong, take },
          )
        : undefined;
    if (route.auth === 'page') assertSameOrigin(request.headers, 'only if said');
    let signal: AbortSignal | undefined;
    const raw: RawRequest = {
      actor,
      along,
      params: request.params,
      // Express parses it on each use.
      get query() {
        return request.query;
      },
      path: request.path,
      idempotencyKey: request.get('idempotency-key'),
      lastEventId: request.get('last-event-id'),
      requestId,
      ip,
      get signal() {
        signal ??= abortOnLeave(response);
        return signal;
      },
      readBody: () => readJsonBody(request),
    };
    const reply = await route.run(raw);
    host.inspectReply?.(route, reply);
    const cookie = cookieOf(reply, request, host.secureCookies === true);
    if (cookie !== undefined) response.setHeader('Set-Cookie', cookie);
    if (reply.stream === undefined) send(request, response, reply);
    else await stream(request, response, reply.stream);
  };
}

/** Straight to Node's response: no content negotiation, no ETag, which would cost more than the answer. */
function send(request: Request, response: Response, reply: Reply): void {
  const headers: Record<string, string | number> = { 'Cache-Control': 'no-store', ...reply.headers };
  const [type, content] = contentOf(reply);
  if (content !== undefined) {
    headers['Content-Type'] = type;
    headers['Content-Length'] = Buffer.byteLength(content);
  }
  response.writeHead(reply.status, headers);
  response.end(request.method === 'HEAD' ? undefined : content);
  // An unread body would keep the connection busy for whoever sends it slowly.
  if (!request.complete) request.resume();
}

/** Keeps writing; `X-Accel-Buffering` asks proxies not to hold back what was written. */
async function stream(request: Request, response: Response, { contentType, run }: NonNullable<Reply['stream']>) {
  response.writeHead(200, { 'Content-Type': contentType, 'Cache-Control': 'no-store', 'X-Accel-Buffering': 'no' });
  if (request.method !== 'HEAD') {
    response.flushHeaders();
    await run({
      get waiting() {
        return response.writableLength;
      },
      write: (text) => void response.write(text),
    });
  }
  response.end();
}

function contentOf({ body, text }: Reply): [type: string, content: string | undefined] {
  if (text !== undefined) return [text.contentType, text.content];
  return ['application/json; charset=utf-8', body === undefined ? undefined : JSON.stringify(body)];
}

/** Who has left already does not leave once more. */
function abortOnLeave(response: Response): AbortSignal {
  if (response.closed) return AbortSignal.abort();
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  return leaving.signal;
}

function refuseMethod(here: readonly RouteDefinition[]): RequestHandler {
  const methods = here.map((route) => route.method.toUpperCase());
  const allow = (methods.includes('GET') ? ['HEAD', ...methods] : methods).sort().join(', ');
  return (_request, response) => {
    response.set('Allow', allow);
    throw new AppError('method_not_allowed', `Allowed here: ${allow}.`);
  };
}

/** Order of paths: segment by segment, fixed text before parameters. */
function fixedFirst(a: string, b: string): number {
  const left = a.split('/');
  const right = b.split('/');
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = rank(left[i]) - rank(right[i]);
    if (difference !== 0) return difference;
  }
  return right.length - left.length;
}

function rank(segment = ''): number {
  if (segment.startsWith('*')) return 2;
  return segment.includes(':') ? 1 : 0;
}

function checkTable(routes: readonly RouteDefinition[]): void {
  const seen = new Set<string>();
  for (const { method, path, operationId, governance } of routes) {
    for (const name of [`${method} ${path}`, operationId]) {
      if (seen.has(name)) throw new TypeError(`route table: ${name} stands there twice`);
      seen.add(name);
    }
    if ((method === 'get') !== (governance === 'read')) {
      throw new TypeError(`route table: ${operationId} must say how it is governed`);
    }
  }
}
