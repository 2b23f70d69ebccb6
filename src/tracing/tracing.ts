/** What a span is about. The name of a request is its route, see `api/request-traces.ts`. */
export const SPAN_NAMES = [
  'request',
  'change.execute',
  'job.run-change',
  'job.sync-profile',
  'job.scan-profile',
  'job.run-import',
  'job.deliver-notices',
  'target.sync',
  'vault.call',
] as const;
export type SpanName = (typeof SPAN_NAMES)[number];

/**
 * Everything a span may say, as a closed list: ids of rows, codes, kinds and route templates. There is no field for a value, a
 * path, a name somebody chose or an address; nothing else leaves with a trace.
 */
export interface SpanFacts {
  readonly 'http.request.method'?: string;
  /** The template, such as `/v1/secrets/:secretId`. */
  readonly 'http.route'?: string;
  readonly 'http.response.status_code'?: number;
  readonly 'keyferry.change.id'?: string;
  readonly 'keyferry.change.operation'?: string;
  readonly 'keyferry.secret.id'?: string;
  readonly 'keyferry.target.id'?: string;
  readonly 'keyferry.profile.id'?: string;
  readonly 'keyferry.import.id'?: string;
  readonly 'keyferry.organization.id'?: string;
  readonly 'keyferry.vault.kind'?: string;
  readonly 'keyferry.vault.operation'?: string;
  /** How it came out: `ok`, or an error code of ours. */
  readonly 'keyferry.code'?: string;
  /** State that a target or change came to. */
  readonly 'keyferry.state'?: string;
}

/** A span that has begun. */
export interface RunningSpan {
  add(facts: SpanFacts): void;
  /** What it is called from now on; route templates only. */
  rename(name: string): void;
  /** Marks the span as failed. */
  fail(): void;
}

export interface SpanStart {
  readonly kind?: 'server' | 'client' | 'consumer' | 'internal';
  readonly facts?: SpanFacts;
  /** Trace contexts of what this goes on with and did not begin under; those of the same trace are left out. */
  readonly links?: readonly string[];
}

/**
 * Traces over requests, jobs and vault calls (OpenTelemetry). A trace context is written as `traceparent` (W3C Trace Context,
 * version 00): two ids and a flag. It is all that is carried in jobs and rows; baggage is neither taken nor given.
 */
export interface Tracing {
  /** False: nothing is recorded, and nobody should go to any length for a trace. */
  readonly active: boolean;
  /** Runs `work` as a part of what runs now. A failure marks the span and is thrown on; its text is not recorded. */
  span<T>(name: SpanName, start: SpanStart, work: (span: RunningSpan) => Promise<T>): Promise<T>;
  /** The context of what runs now. */
  current(): string | undefined;
  /** Runs `work` as a part of what `context` stands for; malformed or undefined: of nothing. */
  continuing<T>(context: string | undefined, work: () => T): T;
  /** Sends what is still here, for a bounded time, and ends. */
  close(): Promise<void>;
}

const NO_SPAN: RunningSpan = { add() {}, rename() {}, fail() {} };

/** For an installation without a collector. */
export const noTracing: Tracing = {
  active: false,
  span: (_name, _start, work) => work(NO_SPAN),
  current: () => undefined,
  continuing: (_context, work) => work(),
  async close() {},
};
