/** Where an answer without an end is written. */
export interface ReplyStream {
  /** Bytes that were written and not yet taken by the client. */
  readonly waiting: number;
  write(text: string): void;
}

/** An answer. `text` or `stream` instead of `body` for what is not JSON. */
export interface Reply {
  readonly status: number;
  readonly body?: unknown;
  readonly text?: { readonly contentType: string; readonly content: string };
  /** Writes until it resolves or the client has left; the request's `signal` tells. */
  readonly stream?: { readonly contentType: string; readonly run: (to: ReplyStream) => Promise<void> };
  /** Begins a session in the browser that asked, or ends it there. */
  readonly session?: { readonly text: string; readonly until: Date } | 'ended';
  readonly headers?: Readonly<Record<string, string>>;
}
