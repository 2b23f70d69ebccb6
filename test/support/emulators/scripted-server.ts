import type http from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { TLSSocket } from 'node:tls';
import { type Barrier, createBarriers } from './barriers.ts';
import type { EmulatedAnswer, EmulatedRequest, Emulation } from './emulated-request.ts';
import { createJournal, type JournalEntry } from './journal.ts';
import { type ListenOptions, listenOn } from './listener.ts';
import { performStep, type Stage } from './perform-step.ts';
import { createReply, type RequestRecord } from './reply.ts';
import { createScripts, type Script } from './scripts.ts';

export interface ScriptedServerOptions extends ListenOptions {
  readonly emulation: Emulation;
  readonly namespaceHeader?: string;
  readonly latencyMs?: number;
  /** The journal is appended here, too, so that it outlives a kill. */
  readonly journalFile?: string;
  /** False for long runs in a process of its own: nothing is kept in memory. */
  readonly keepRecords?: boolean;
}

export interface ScriptedServer {
  readonly url: string;
  readonly port: number;
  /** Connections accepted so far. */
  readonly connections: number;
  /** Append-only: everything that was applied, in order. The oracle of every test. */
  readonly journal: readonly JournalEntry[];
  readonly requests: readonly RequestRecord[];
  /** Decides what happens to matching requests, first rule first. */
  script(script: Script): { readonly hits: number; remove(): void };
  clearScripts(): void;
  /** Holds matching requests, before they do anything or with their answer ready, until it is released. */
  barrier(options: { when?: (request: EmulatedRequest) => boolean; at?: 'arrival' | 'answer' }): Barrier;
  /** Called with every request when it arrives, before barriers and scripts. */
  onRequest(listener: (request: EmulatedRequest) => void): void;
  setLatency(ms: number): void;
  /** Waits until every `hang-then-apply-late` so far was applied. */
  settled(): Promise<void>;
  /** Nobody there: connections are cut and refused until `up`. */
  down(): Promise<void>;
  up(): Promise<void>;
  close(): Promise<void>;
}

/** Starts a server of one vendor's wire protocol, with scripts, barriers and a journal. */
export async function startScriptedServer(options: ScriptedServerOptions): Promise<ScriptedServer> {
  const journal = createJournal(options.journalFile, options.keepRecords ?? true);
  const scripts = createScripts();
  const barriers = createBarriers();
  const requests: RequestRecord[] = [];
  const listeners: ((request: EmulatedRequest) => void)[] = [];
  const late = new Set<Promise<void>>();
  let latencyMs = options.latencyMs ?? 0;
  let seq = 0;

  const apply = (request: EmulatedRequest): EmulatedAnswer => {
    const answer = options.emulation(request, 'apply');
    if (answer.applied) journal.append(request, answer.applied);
    return answer;
  };
  const stage: Stage = { apply, emulation: options.emulation, applyLate: (work) => void late.add(work) };

  const serve = async (incoming: http.IncomingMessage, response: http.ServerResponse): Promise<void> => {
    const request = parseRequest(incoming, await readBody(incoming), options.namespaceHeader);
    const record: RequestRecord = {
      seq: ++seq,
      method: request.method,
      path: request.path,
      namespace: request.namespace,
      status: undefined,
    };
    if (options.keepRecords ?? true) requests.push(record);
    for (const listener of listeners) listener(request);
    if (barriers.any) await barriers.pass(request, 'arrival');
    if (latencyMs > 0) await sleep(latencyMs);
    const reply = createReply(response, record, () => barriers.pass(request, 'answer'));
    await performStep(scripts.next(request), request, reply, stage);
  };

  const listener = (incoming: http.IncomingMessage, response: http.ServerResponse): void => {
    serve(incoming, response).catch(() => incoming.socket.destroy());
  };
  const server = await listenOn(listener, options);

  return {
    url: server.url,
    port: server.port,
    get connections() {
      return server.connections;
    },
    journal: journal.entries,
    requests,
    script: scripts.add,
    clearScripts: scripts.clear,
    barrier: ({ when, at }) => barriers.raise(when ?? (() => true), at ?? 'arrival'),
    onRequest: (listener) => void listeners.push(listener),
    setLatency(ms) {
      latencyMs = ms;
    },
    async settled() {
      await Promise.all(late);
    },
    down: server.down,
    up: server.up,
    async close() {
      barriers.clear();
      await server.down();
      await Promise.all(late);
      journal.close();
    },
  };
}

function readBody(incoming: http.IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => resolve(Buffer.concat(chunks)));
    incoming.on('error', reject);
  });
}

function parseRequest(incoming: http.IncomingMessage, body: Buffer, namespaceHeader?: string): EmulatedRequest {
  const url = incoming.url ?? '/';
  const mark = url.indexOf('?');
  const namespace = namespaceHeader ? incoming.headers[namespaceHeader] : undefined;
  return {
    method: incoming.method ?? 'GET',
    path: mark < 0 ? url : url.slice(0, mark),
    query: new URLSearchParams(mark < 0 ? '' : url.slice(mark + 1)),
    headers: incoming.headers,
    namespace: typeof namespace === 'string' ? namespace.replace(/^\/+|\/+$/g, '') : '',
    body,
    peerName: peerName(incoming.socket),
  };
}

function peerName(socket: unknown): string | undefined {
  if (!(socket instanceof TLSSocket) || !socket.authorized) return undefined;
  return String(socket.getPeerCertificate().subject?.CN);
}
