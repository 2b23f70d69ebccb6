import type { z } from 'zod';
import type { Actor } from '../access/actor.ts';
import type { ReadAlong } from '../access/actor-store.ts';
import { type AppErrorCode, invalidField } from '../errors.ts';
import type { IdempotentRequest } from './idempotency.ts';
import { inputError } from './input-error.ts';
import { type JsonBody, unsupportedMediaType } from './read-body.ts';
import type { Reply } from './reply.ts';

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** One documented answer. Without a schema it has no body. */
export interface ResponseSpec {
  readonly description: string;
  readonly schema?: z.ZodType;
  readonly example?: unknown;
  /** When it is not JSON. */
  readonly contentType?: string;
}

/**
 * How a route stands to approvals: it only reads; its effect goes through a change request of the named operation; or it is
 * exempt for the reason given.
 */
export type Governance = 'read' | { readonly governed: string } | { readonly exempt: string };

/** What a handler gets: everything validated, nothing of the web framework. */
export interface RequestContext<Params, Query, Body, Who> {
  readonly actor: Who;
  readonly params: Params;
  readonly query: Query;
  readonly body: Body;
  /** What the route's `readsAlong` found, null if nothing; undefined when it was not read. */
  readonly along: unknown;
  readonly requestId: string;
  readonly ip: string | null;
  /** Present on mutations whose client sent an `Idempotency-Key`. */
  readonly idempotency: IdempotentRequest | undefined;
  /** Where a client of an event stream left off, as it says. */
  readonly lastEventId: string | undefined;
  /** Fires when the client left before the answer. */
  readonly signal: AbortSignal;
}

/** A token or session; nothing; or nothing yet, and then only a page of ours may ask. */
type Auth = 'token' | 'none' | 'page';
type WhoOf<A extends Auth> = A extends 'token' ? Actor : undefined;

interface RouteFacts {
  readonly method: Method;
  /** As Express writes it: `/v1/users/:userId`. */
  readonly path: string;
  /** Stable: clients are generated from it. */
  readonly operationId: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly responses: Readonly<Record<number, ResponseSpec>>;
  /** The use case's own refusals; those of this layer are documented by themselves. */
  readonly errors: readonly AppErrorCode[];
  readonly governance: Governance;
  /**
   * What is read in the statement that checks the token. Gets the path parameters as they came; undefined when they cannot
   * be valid.
   */
  readonly readsAlong?: (params: Readonly<Record<string, unknown>>) => Omit<ReadAlong, 'take'> | undefined;
}

/** A route as its feature declares it. */
export interface RouteSpec<P extends z.ZodType, Q extends z.ZodType, B extends z.ZodType, A extends Auth>
  extends RouteFacts {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly bodyExample?: unknown;
  /** Default `token`. */
  readonly auth?: A;
}

/** A request before validation. */
export interface RawRequest {
  readonly actor: Actor | undefined;
  readonly along: unknown;
  readonly params: unknown;
  readonly query: unknown;
  readonly path: string;
  readonly idempotencyKey: string | undefined;
  readonly lastEventId?: string | undefined;
  readonly requestId: string;
  readonly ip: string | null;
  readonly signal: AbortSignal;
  readBody(): Promise<JsonBody>;
}

/** A row of the route table: mounted, documented and checked from the same data. */
export interface RouteDefinition extends RouteFacts {
  readonly params: z.ZodType | undefined;
  readonly query: z.ZodType | undefined;
  readonly body: z.ZodType | undefined;
  readonly bodyExample: unknown;
  readonly auth: Auth;
  /** Validates and calls the handler. */
  run(request: RawRequest): Promise<Reply>;
}

/**
 * Declares a route. `params`, `query` and `body` are validated before the handler runs and typed from their schemas.
 *
 * Refusals of this layer: `invalid_input` (with pointers), `unsupported_media_type`, `payload_too_large`, `malformed_json`.
 */
export function route<
  P extends z.ZodType = z.ZodUndefined,
  Q extends z.ZodType = z.ZodUndefined,
  B extends z.ZodType = z.ZodUndefined,
  A extends Auth = 'token',
>(
  spec: RouteSpec<P, Q, B, A>,
  handle: (request: RequestContext<z.output<P>, z.output<Q>, z.output<B>, WhoOf<A>>) => Promise<Reply> | Reply,
): RouteDefinition {
  const bodyMayMiss = spec.body === undefined || spec.body.safeParse(undefined).success;
  return {
    ...spec,
    params: spec.params,
    query: spec.query,
    body: spec.body,
    bodyExample: spec.bodyExample,
    auth: spec.auth ?? 'token',
    async run(raw) {
      const params = parsePart(spec.params, raw.params, '/path');
      const query = parsePart(spec.query, spec.query && raw.query, '/query');
      const sent = spec.body === undefined ? NO_BODY : await raw.readBody();
      if (sent.value === undefined && !bodyMayMiss) throw unsupportedMediaType();
      const body = parsePart(spec.body, sent.value, '');
      return handle({
        actor: raw.actor as WhoOf<A>,
        along: raw.along,
        params,
        query,
        body,
        requestId: raw.requestId,
        ip: raw.ip,
        lastEventId: raw.lastEventId,
        idempotency: spec.method === 'get' ? undefined : idempotentRequest(spec.method, raw, query, sent.digest),
        get signal() {
          return raw.signal;
        },
      });
    },
  };
}

const NO_BODY: JsonBody = { value: undefined, digest: Buffer.alloc(0) };

/** Without a schema the part is `undefined`, as its type says. */
function parsePart<S extends z.ZodType>(schema: S | undefined, value: unknown, base: string): z.output<S> {
  if (schema === undefined) return undefined as z.output<S>;
  const result = schema.safeParse(value);
  if (!result.success) throw inputError(result.error, base);
  return result.data;
}

function idempotentRequest(
  method: Method,
  raw: RawRequest,
  query: unknown,
  bodyDigest: Buffer,
): IdempotentRequest | undefined {
  const key = raw.idempotencyKey;
  if (key === undefined) return undefined;
  if (!/^[\x21-\x7e]{1,128}$/.test(key)) {
    throw invalidField('/header/idempotency-key', '1 to 128 visible ASCII characters');
  }
  return { key, method, path: raw.path + searchOf(query), bodyDigest };
}

/** What the query says, in one order: `?customer=acme&path=shop`. Nothing when it says nothing. */
function searchOf(query: unknown): string {
  const said = Object.entries(query ?? {}).filter(([, value]) => value !== undefined);
  if (said.length === 0) return '';
  const pairs = said.map(([name, value]): [string, string] => [name, String(value)]).sort();
  return `?${new URLSearchParams(pairs)}`;
}
