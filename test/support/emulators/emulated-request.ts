import type { IncomingHttpHeaders } from 'node:http';

export interface EmulatedRequest {
  readonly method: string;
  /** Without the query, as it came. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly namespace: string;
  readonly body: Buffer;
  /** Common name of the client certificate, when the server trusts it. */
  readonly peerName?: string | undefined;
}

export interface EmulatedAnswer {
  readonly status: number;
  /** Sent as JSON; nothing when absent. */
  readonly body?: unknown;
  /** Sent as it is, in place of `body`. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** What this request changed, for the journal. */
  readonly applied?: { readonly kind: string; readonly path: string; readonly version?: string | undefined };
}

/**
 * One vendor's behaviour. `apply` does what the request asks; `pretend` answers the same and changes nothing; `stale`
 * answers a read as it would have been answered before the newest change.
 */
export type Emulation = (request: EmulatedRequest, mode: 'apply' | 'pretend' | 'stale') => EmulatedAnswer;
