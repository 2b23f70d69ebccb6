import type { Readable, Writable } from 'node:stream';

/** What the tool has of the world around it. Tests bring their own. */
export interface Io {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Fires on Ctrl-C. */
  readonly signal: AbortSignal;
  /** From now on these signals go to `take` and do nothing else, until what is answered is called. */
  takeSignals(names: readonly NodeJS.Signals[], take: (name: NodeJS.Signals) => void): () => void;
}

/** May there be colours? Only on a terminal, and not when `NO_COLOR` or a dumb terminal says otherwise. */
export function hasColours(io: Io, stream: 'stdout' | 'stderr'): boolean {
  return io[stream].isTTY === true && !io.env.NO_COLOR && io.env.TERM !== 'dumb';
}

/** Is somebody there who can be asked? */
export function isInteractive(io: Io): boolean {
  return io.stdin.isTTY === true && io.stderr.isTTY === true;
}

/** Everything on standard input. */
export async function readStdin(io: Io): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of io.stdin) chunks.push(Buffer.from(chunk as Uint8Array | string));
  return Buffer.concat(chunks);
}
