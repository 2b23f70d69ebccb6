import type http from 'node:http';
import type { EmulatedAnswer } from './emulated-request.ts';

export interface RequestRecord {
  readonly seq: number;
  readonly method: string;
  readonly path: string;
  readonly namespace: string;
  /** What was sent back; `undefined` when nothing was. */
  status: number | undefined;
}

const HUGE = Buffer.alloc(1024 * 1024, 'x');
const HUGE_CHUNKS = 64;

/** The ways to answer one request. */
export interface Reply {
  send(answer: EmulatedAnswer): Promise<void>;
  raw(status: number, body: string): void;
  huge(): void;
  reset(): void;
}

/** `hold` is waited for before a proper answer leaves. */
export function createReply(response: http.ServerResponse, record: RequestRecord, hold: () => Promise<void>): Reply {
  const raw = (status: number, body: string | undefined, headers: http.OutgoingHttpHeaders = {}): void => {
    record.status = status;
    const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
    response.writeHead(status, { ...length, ...headers });
    response.end(body);
  };
  return {
    async send(answer) {
      await hold();
      const body = answer.text ?? (answer.body === undefined ? undefined : JSON.stringify(answer.body));
      raw(answer.status, body, { 'content-type': 'application/json', ...answer.headers });
    },
    raw: (status, body) => raw(status, body, { 'content-type': 'text/html' }),
    huge() {
      record.status = 200;
      response.writeHead(200, { 'content-type': 'application/json' });
      for (let chunk = 0; chunk < HUGE_CHUNKS; chunk++) response.write(HUGE);
      response.end();
    },
    reset() {
      const socket = response.socket;
      if (socket && 'resetAndDestroy' in socket && !('encrypted' in socket)) socket.resetAndDestroy();
      else socket?.destroy();
    },
  };
}
