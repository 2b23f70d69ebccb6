import { useEffect, useRef, useState } from 'react';
import { keyferry } from '../../keyferry.ts';

export interface ExportProgress {
  readonly done: number;
  /** How many there were when it began. */
  readonly total: number;
  readonly complete: boolean;
}

/** Events that are put aside at once: the browser keeps such a part outside the page's memory. */
const PART = 1_000;

/**
 * Saves the whole record as a file. It is read a thousand events at a time, and what was read is handed to the browser, so the
 * page holds no more than that.
 */
export function useExport(organization: string) {
  const [progress, setProgress] = useState<ExportProgress>();
  const [error, setError] = useState<unknown>();
  const running = useRef<AbortController>(undefined);
  useEffect(() => () => running.current?.abort(), []);

  const begin = () => {
    running.current?.abort();
    const controller = new AbortController();
    running.current = controller;
    setError(undefined);
    setProgress({ done: 0, total: 0, complete: false });
    return controller;
  };
  const save = async () => {
    const { signal } = begin();
    try {
      const { items } = await keyferry.audit.list({ limit: 1 }, { signal }).page();
      const total = items[0]?.seq ?? 0;
      setProgress({ done: 0, total, complete: false });
      const file = await readAll(total, signal, (done) => setProgress({ done, total, complete: false }));
      signal.throwIfAborted();
      hand(file, `keyferry-audit-${organization}-${new Date().toISOString().slice(0, 10)}.ndjson`);
      setProgress({ done: total, total, complete: true });
    } catch (failed) {
      if (signal.aborted) return;
      setError(failed);
      setProgress(undefined);
    } finally {
      if (running.current?.signal === signal) running.current = undefined;
    }
  };
  const stop = () => {
    running.current?.abort();
    setProgress(undefined);
  };
  return { save: () => void save(), stop, progress, error, busy: progress !== undefined && !progress.complete };
}

/** The events up to `last`, in the order of the chain, one JSON per line. */
async function readAll(last: number, signal: AbortSignal, onPart: (done: number) => void): Promise<Blob> {
  const parts: Blob[] = [];
  let lines: string[] = [];
  let done = 0;
  const putAside = () => {
    parts.push(new Blob(lines));
    lines = [];
    onPart(done);
  };
  for await (const event of keyferry.audit.events({}, { signal })) {
    if (event.seq > last) break;
    lines.push(`${JSON.stringify(event)}\n`);
    done = event.seq;
    if (lines.length === PART) putAside();
    if (done === last) break;
  }
  putAside();
  return new Blob(parts, { type: 'application/x-ndjson' });
}

function hand(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // The download holds on to the file by itself once it has begun.
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}
