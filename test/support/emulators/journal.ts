import { closeSync, openSync, writeSync } from 'node:fs';
import type { EmulatedAnswer, EmulatedRequest } from './emulated-request.ts';

/** One thing the emulator did. Contains no value. */
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
      const entry: JournalEntry = { seq: ++seq, at: Date.now(), method, namespace, path, kind, version };
      if (keep) entries.push(entry);
      if (descriptor !== undefined) writeSync(descriptor, `${JSON.stringify(entry)}\n`);
    },
    close() {
      if (descriptor !== undefined) closeSync(descriptor);
    },
  };
}
