import { closeSync, openSync, writeSync } from 'node:fs';
import type { EmulatedAnswer, EmulatedRequest } from './emulated-request.ts';

/** One thing the emulator did. Contains no value, but for marks. */
export interface JournalEntry {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly method: string;
  readonly namespace: string;
  /** Of the entry, as the vendor knows it. */
  readonly path: string;
  readonly kind: string;
  readonly version: string | undefined;
  /** What a test put into the stored value to find it again; see {@link markIn}. */
  readonly mark?: string;
}

export interface Journal {
  readonly entries: readonly JournalEntry[];
  append(request: EmulatedRequest, applied: NonNullable<EmulatedAnswer['applied']>): void;
  close(): void;
}

/** In memory, and as JSON lines in `file` when one is named: each line is written before the answer is sent. */
export function createJournal(file: string | undefined, keep: boolean): Journal {
  const entries: JournalEntry[] = [];
  const descriptor = file === undefined ? undefined : openSync(file, 'a');
  let seq = 0;
  return {
    entries,
    append(request, { kind, path, version }) {
      const { method, namespace } = request;
      const mark = markIn(request.body.toString('utf8'));
      const entry: JournalEntry = {
        seq: ++seq,
        at: Date.now(),
        method,
        namespace,
        path,
        kind,
        version,
        ...(mark !== undefined && { mark }),
      };
      if (keep) entries.push(entry);
      if (descriptor !== undefined) writeSync(descriptor, `${JSON.stringify(entry)}\n`);
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}

const MARK = /kfmark-\d+-[0-9a-f]{32}/;
const BASE64 = /[A-Za-z0-9+/_-]{40,}={0,2}/g;

/** The first text of the form `kfmark-<number>-<32 hex digits>` in a request, as it stands or below base64. */
export function markIn(text: string): string | undefined {
  const plain = MARK.exec(text)?.[0];
  if (plain !== undefined) return plain;
  for (const [piece] of text.matchAll(BASE64)) {
    const found = MARK.exec(Buffer.from(piece, 'base64').toString('utf8'))?.[0];
    if (found !== undefined) return found;
  }
  return undefined;
}
