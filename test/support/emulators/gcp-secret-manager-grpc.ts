import http from 'node:http';
import http2 from 'node:http2';
import https from 'node:https';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { fromJSON, type MethodDefinition } from '@grpc/proto-loader';
import { asRecord, isObject } from './gcp-secret-manager-answers.ts';
import type { ListenOptions } from './listener.ts';

const SERVICE = 'google.cloud.secretmanager.v1.SecretManagerService';

/** https://grpc.io/docs/guides/status-codes/ */
const CODES = [
  'OK',
  'CANCELLED',
  'UNKNOWN',
  'INVALID_ARGUMENT',
  'DEADLINE_EXCEEDED',
  'NOT_FOUND',
  'ALREADY_EXISTS',
  'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION',
  'ABORTED',
  'OUT_OF_RANGE',
  'UNIMPLEMENTED',
  'INTERNAL',
  'UNAVAILABLE',
  'DATA_LOSS',
  'UNAUTHENTICATED',
];

type Message = Readonly<Record<string, unknown>>;

interface RestCall {
  readonly method: string;
  readonly path: string;
  readonly body?: object;
}

/** google.api.http of each call in service.proto: the same request as REST has it. */
const REST: Readonly<Record<string, ((message: Message) => RestCall) | undefined>> = {
  ListSecrets: ({ parent, pageSize, pageToken }) => get(`${parent}/secrets`, { pageSize, pageToken }),
  CreateSecret: ({ parent, secretId, secret }) => post(`${parent}/secrets`, secret, { secretId }),
  GetSecret: ({ name }) => get(`${name}`),
  UpdateSecret: ({ secret, updateMask }) => {
    const updateMaskText = (asRecord(updateMask).paths as readonly string[]).join(',');
    return { ...post(`${asRecord(secret).name}`, secret, { updateMask: updateMaskText }), method: 'PATCH' };
  },
  DeleteSecret: ({ name, etag }) => ({ ...get(`${name}`, { etag }), method: 'DELETE' }),
  AddSecretVersion: ({ parent, payload }) => post(`${parent}:addVersion`, { payload }),
  GetSecretVersion: ({ name }) => get(`${name}`),
  AccessSecretVersion: ({ name }) => get(`${name}:access`),
  EnableSecretVersion: ({ name, etag }) => post(`${name}:enable`, { etag }),
  DisableSecretVersion: ({ name, etag }) => post(`${name}:disable`, { etag }),
  DestroySecretVersion: ({ name, etag }) => post(`${name}:destroy`, { etag }),
};

function get(name: string, query: Message = {}): RestCall {
  const pairs = Object.entries(query).flatMap(([key, value]): [string, string][] =>
    value ? [[key, String(value)]] : [],
  );
  const text = new URLSearchParams(pairs).toString();
  return { method: 'GET', path: `/v1/${name}${text === '' ? '' : `?${text}`}` };
}

function post(name: string, body: unknown, query: Message = {}): RestCall {
  return { method: 'POST', path: get(name, query).path, body: asRecord(body) };
}

export interface GrpcFront {
  readonly port: number;
  readonly connections: number;
  down(): Promise<void>;
  up(): Promise<void>;
}

/**
 * gRPC over HTTP/2 in front of the REST server, so that both have one state, one journal and one set of scripts. What is no
 * answer of the service (a page, a redirect, a cut connection) goes through as it is.
 * https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
 */
export async function startGrpcFront(restUrl: string, options: ListenOptions): Promise<GrpcFront> {
  const behind: Behind = { url: restUrl, ...(options.tls && { ca: options.tls.cert }) };
  const methods = loadMethods();
  const sockets = new Set<Socket>();
  let connections = 0;
  const { tls } = options;
  const server = tls ? http2.createSecureServer(tls) : http2.createServer();
  server.on('connection', (socket: Socket) => {
    connections++;
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('sessionError', () => undefined);
  server.on('stream', (stream, headers) => {
    stream.on('error', () => undefined);
    serve(stream, headers, methods, behind).catch(() => stream.session?.destroy());
  });
  const listen = (port: number): Promise<number> =>
    new Promise((resolve) => {
      server.listen(port, options.host ?? '127.0.0.1', () => resolve((server.address() as AddressInfo).port));
    });
  const port = await listen(options.port ?? 0);
  return {
    port,
    get connections() {
      return connections;
    },
    async down() {
      if (!server.listening) return;
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
    async up() {
      if (!server.listening) await listen(port);
    },
  };
}

/** The service as the client library ships it. */
function loadMethods(): Readonly<Record<string, MethodDefinition<object, object>>> {
  const require = createRequire(import.meta.url);
  const json = require('@google-cloud/secret-manager/build/protos/protos.json') as Parameters<typeof fromJSON>[0];
  const service = fromJSON(json, { longs: String, enums: String, bytes: String })[SERVICE];
  return service as Readonly<Record<string, MethodDefinition<object, object>>>;
}

async function serve(
  stream: http2.ServerHttp2Stream,
  headers: http2.IncomingHttpHeaders,
  methods: Readonly<Record<string, MethodDefinition<object, object>>>,
  behind: Behind,
): Promise<void> {
  const name = String(headers[':path']).replace(`/${SERVICE}/`, '');
  const message = await readMessage(stream);
  const [method, translate] = [methods[name], REST[name]];
  if (!method || !translate) return endWithStatus(stream, 'UNIMPLEMENTED', 'Method not found.', []);
  const call = translate(method.requestDeserialize(message) as Message);
  const answer = await forward(stream, behind, call, String(headers.authorization ?? ''));
  const json = answer.type.startsWith('application/json') ? parsed(answer.body) : undefined;
  const error = asRecord(asRecord(json).error);
  if (answer.status === 200 && isObject(json)) {
    stream.respond({ ':status': 200, 'content-type': 'application/grpc' }, { waitForTrailers: true });
    stream.on('wantTrailers', () => stream.sendTrailers({ 'grpc-status': '0' }));
    stream.end(frame(method.responseSerialize(asProto(json) as object)));
  } else if (CODES.includes(String(error.status))) {
    const details = Array.isArray(error.details) ? error.details.filter(isObject) : [];
    endWithStatus(stream, String(error.status), String(error.message), details);
  } else {
    const location = answer.location === undefined ? {} : { location: answer.location };
    stream.respond({ ':status': answer.status, 'content-type': answer.type, ...location });
    stream.end(answer.body);
  }
}

/** More than any answer of the service: handed on as it is, without waiting for its end. */
const HUGE_BYTES = 18 * 1024 * 1024;

/** The REST server. */
interface Behind {
  readonly url: string;
  readonly ca?: string;
}

interface ForwardedAnswer {
  readonly status: number;
  readonly type: string;
  readonly location: string | undefined;
  readonly body: Buffer;
}

/** Fails when the REST server cuts the connection; waits as long as it does, or until the caller has gone. */
function forward(
  stream: http2.ServerHttp2Stream,
  { url, ca }: Behind,
  { method, path, body }: RestCall,
  authorization: string,
): Promise<ForwardedAnswer> {
  return new Promise((resolve, reject) => {
    const send = ca === undefined ? http.request : https.request;
    const options = {
      method,
      headers: { authorization },
      agent: false as const,
      ...(ca !== undefined && { ca, checkServerIdentity: () => undefined }),
    };
    const request = send(url + path, options, (response) => {
      const chunks: Buffer[] = [];
      let size = 0;
      const answer = (type = response.headers['content-type'] ?? '') => {
        const { statusCode: status = 500, headers } = response;
        resolve({ status, type, location: headers.location, body: Buffer.concat(chunks) });
      };
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
        size += chunk.length;
        if (size < HUGE_BYTES) return;
        answer('application/octet-stream');
        request.destroy();
      });
      response.on('error', reject);
      response.on('end', () => answer());
    });
    request.on('error', reject);
    stream.once('close', () => request.destroy());
    request.end(body && JSON.stringify(body));
  });
}

async function readMessage(stream: http2.ServerHttp2Stream): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks).subarray(5);
}

/** Not compressed, and the length in four bytes. */
function frame(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function endWithStatus(
  stream: http2.ServerHttp2Stream,
  status: string,
  message: string,
  details: readonly Message[],
): void {
  const code = CODES.indexOf(status);
  const packed = details.flatMap(packDetail);
  stream.respond(
    {
      ':status': 200,
      'content-type': 'application/grpc',
      'grpc-status': String(code),
      'grpc-message': encodeURIComponent(message),
      ...(packed.length > 0 && { 'grpc-status-details-bin': packStatus(code, packed).toString('base64') }),
    },
    { endStream: true },
  );
}

/** `google.rpc.Status` with its details (google/rpc/status.proto), by hand: three fields. */
function packStatus(code: number, details: readonly Buffer[]): Buffer {
  return Buffer.concat([Buffer.of(0x08, code), ...details.map((detail) => field(3, detail))]);
}

function packDetail(detail: Message): Buffer[] {
  const type = String(detail['@type']);
  const packed = (value: Buffer) => [Buffer.concat([field(1, Buffer.from(type)), field(2, value)])];
  if (type.endsWith('.RetryInfo')) {
    const seconds = Number.parseInt(String(detail.retryDelay), 10);
    return packed(field(1, Buffer.concat([Buffer.of(0x08), varint(seconds)])));
  }
  if (!type.endsWith('.ErrorInfo')) return [];
  return packed(
    Buffer.concat([field(1, Buffer.from(String(detail.reason))), field(2, Buffer.from(String(detail.domain)))]),
  );
}

/** A length-delimited field. */
function field(number: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.of((number << 3) | 2), varint(value.length), value]);
}

function varint(value: number): Buffer {
  const bytes: number[] = [];
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 0x80) return Buffer.from([...bytes, rest]);
    bytes.push((rest & 0x7f) | 0x80);
  }
}

const TIMES = ['createTime', 'destroyTime', 'scheduledDestroyTime', 'expireTime', 'nextRotationTime'];
const DURATIONS = ['versionDestroyTtl', 'rotationPeriod', 'ttl'];

/** JSON's texts for times and durations as the messages they are. */
function asProto(value: unknown, key = ''): unknown {
  if (typeof value === 'string' && TIMES.includes(key)) return { seconds: Math.floor(Date.parse(value) / 1000) };
  if (typeof value === 'string' && DURATIONS.includes(key)) return { seconds: Number.parseInt(value, 10) };
  if (Array.isArray(value)) return value.map((one) => asProto(one));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, asProto(one, name)]));
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
