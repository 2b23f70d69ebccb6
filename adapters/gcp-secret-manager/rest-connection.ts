import * as gax from 'google-gax';
import type { RestAnswer, RestClient, RestRequest } from '../lib/rest-client.ts';
import { TransportFailure } from '../lib/transport-failure.ts';
import { Refusal, StrangeAnswer, statusOfName } from './errors.ts';

const LIST = /\/secrets\?/;
const LIST_KEYS = ['secrets', 'nextPageToken', 'totalSize'];

/**
 * The library's REST, with our own HTTP under it: it would follow redirects with the token, obey proxy variables and read
 * answers of any length. It asks only for `fetch` of what it is given as authentication.
 */
export function restClientFor(client: RestClient): typeof gax.fallback.GrpcClient {
  return class extends gax.fallback.GrpcClient {
    constructor(options: ConstructorParameters<typeof gax.fallback.GrpcClient>[0]) {
      const authClient = { fetch: (url: string, init: FetchInit) => exchange(client, url, init) };
      super({ ...options, auth: authClient as never });
    }

    override createStub(...[service, options]: Parameters<gax.fallback.GrpcClient['createStub']>) {
      this.authClient = this.auth as never;
      return super.createStub(service, options);
    }
  };
}

interface FetchInit {
  readonly method: RestRequest['method'];
  readonly headers: Headers;
  readonly body?: string;
  readonly signal: AbortSignal;
}

/** What the library wants of a `Response`. Only success gets that far. */
interface FetchedAnswer {
  readonly ok: true;
  readonly status: 200;
  arrayBuffer(): Promise<ArrayBuffer>;
}

async function exchange(client: RestClient, url: string, init: FetchInit): Promise<FetchedAnswer> {
  const { pathname, search } = new URL(url);
  const { 'content-type': _type, ...headers } = Object.fromEntries(init.headers);
  const answer = await client.send({
    method: init.method,
    path: pathname + search,
    headers,
    signal: init.signal,
    ...(init.body !== undefined && { json: JSON.parse(init.body) }),
  });
  if (answer.status !== 200) throw refusalOf(answer);
  if (!isObject(answer.body) || isStrangeList(init.method, url, answer.body))
    throw new TransportFailure('garbled', true);
  const bytes = Uint8Array.from(Buffer.from(JSON.stringify(answer.body)));
  return { ok: true, status: 200, arrayBuffer: async () => bytes.buffer };
}

/** https://cloud.google.com/apis/design/errors#http_mapping; `error.status` is what only the service itself says. */
function refusalOf({ status: httpStatus, body, retryAfterMs }: RestAnswer): Refusal | StrangeAnswer {
  const error = isObject(body) && isObject(body.error) ? body.error : {};
  const status = statusOfName(error.status);
  if (status === undefined) {
    return httpStatus === 429 ? new Refusal('RESOURCE_EXHAUSTED', retryAfterMs) : new StrangeAnswer(httpStatus);
  }
  const details = Array.isArray(error.details) ? error.details.filter(isObject) : [];
  const waits = details.map(({ retryDelay }) => waitOf(retryDelay)).filter((wait) => wait !== undefined);
  return new Refusal(status, waits[0] ?? retryAfterMs, details.find(({ reason }) => reason !== undefined)?.reason);
}

/** A `google.protobuf.Duration` in JSON, such as `3.5s`. */
function waitOf(duration: unknown): number | undefined {
  const seconds = /^([0-9]{1,9}(?:\.[0-9]{1,9})?)s$/.exec(String(duration))?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}

/** An empty list is `{}`: the JSON of somebody else must not be taken for one, which would look like removals. */
function isStrangeList(method: string, url: string, body: object): boolean {
  return method === 'GET' && LIST.test(url) && !Object.keys(body).every((key) => LIST_KEYS.includes(key));
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
